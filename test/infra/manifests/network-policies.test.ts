import test from 'ava';
import { to } from '../../../infra/manifests/network-policies.ts';

test('an endpoint is its addresses and its port', (t) => {
  t.deepEqual(to({ cidrs: ['10.20.160.0/22', '10.20.164.0/22'], port: 5432 }), [
    {
      to: [{ ipBlock: { cidr: '10.20.160.0/22' } }, { ipBlock: { cidr: '10.20.164.0/22' } }],
      ports: [{ protocol: 'TCP', port: 5432 }],
    },
  ]);
});

test('an endpoint of no addresses lets nobody out, not everybody', (t) => {
  t.deepEqual(to({ cidrs: [], port: 443 }), []);
});
