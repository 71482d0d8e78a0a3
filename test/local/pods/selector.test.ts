import test from 'ava';
import { matchesInvolvedObject, matchesLabels } from '../../../local/pods/selector.ts';

const labels = { app: 'delaywatch', 'delaywatch/year': '2013', checked: 'True' };

test('a label is chosen by its value, by another value, by being there and by not being there', (t) => {
  for (const selector of ['', 'app=delaywatch', 'app==delaywatch', 'app!=other', 'app', '!airflow-worker']) {
    t.true(matchesLabels(selector, labels), selector);
  }
  for (const selector of ['app=other', 'app!=delaywatch', 'other', '!app', 'other=x']) {
    t.false(matchesLabels(selector, labels), selector);
  }
});

test('all of several must fit; a label that is not there differs from every value', (t) => {
  t.true(matchesLabels('app=delaywatch,delaywatch/year=2013,already_checked!=True,!airflow-worker', labels));
  t.false(matchesLabels('app=delaywatch,checked!=True', labels));
});

test('events are chosen by the name of what they are about', (t) => {
  t.true(matchesInvolvedObject('involvedObject.name=load-1', 'load-1'));
  t.false(matchesInvolvedObject('involvedObject.name=load-1', 'load-2'));
});
