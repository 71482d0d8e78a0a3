import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import test from 'ava';
import { PipeTransport } from '../../../tasks/io/pipe-transport.ts';

function open() {
  const [toBrowser, fromBrowser] = [new PassThrough(), new PassThrough()];
  const heard: string[] = [];
  let crashes = 0;
  const transport = new PipeTransport(toBrowser, fromBrowser, () => crashes++);
  transport.onmessage = (message) => heard.push(message);
  transport.onclose = () => heard.push('closed');
  return { transport, toBrowser, fromBrowser, heard, crashes: () => crashes };
}

test('messages are separated wherever the pipe cuts them', async (t) => {
  const bytes = Buffer.from('{"id":1}\0{"ü":"é"}\0{}\0');
  for (let size = 1; size <= bytes.length; size++) {
    const { fromBrowser, heard } = open();
    for (let start = 0; start < bytes.length; start += size) fromBrowser.write(bytes.subarray(start, start + size));
    await turn();
    await turn();
    t.deepEqual(heard, ['{"id":1}', '{"ü":"é"}', '{}'], `${size} bytes at once`);
  }
});

test('a message to the browser ends in a zero', (t) => {
  const { transport, toBrowser } = open();
  transport.send('{"id":1}');
  t.is(toBrowser.read().toString(), '{"id":1}\0');
});

test('only the crash of a page is noticed, not messages that mention one', async (t) => {
  const { fromBrowser, heard, crashes } = open();
  fromBrowser.write('{"id":1,"result":"{\\"method\\":\\"Target.targetCrashed\\"}"}\0');
  await turn();
  t.is(crashes(), 0);
  fromBrowser.write('{"method":"Target.targetCrashed","params":{}}\0');
  await turn();
  await turn();
  t.is(crashes(), 1);
  t.is(heard.length, 2);
});

test('the end of the pipe is reported, and an error of the pipe does no harm', async (t) => {
  const { toBrowser, fromBrowser, heard } = open();
  toBrowser.destroy(new Error('EPIPE'));
  fromBrowser.destroy(new Error('ECONNRESET'));
  await turn();
  await turn();
  t.deepEqual(heard, ['closed']);
});
