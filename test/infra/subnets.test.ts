import test from 'ava';
import fc from 'fast-check';
import { address, isCidr, overlap, part, prefixOf } from '../../infra/cidr.ts';
import { divide } from '../../infra/subnets.ts';

const zones = ['a', 'b'] as const;

test('the parts of a network of /16', (t) => {
  const cidrs = (tier: { cidr: string }[]) => tier.map(({ cidr }) => cidr);
  const tiers = divide('10.20.0.0/16', zones);
  t.deepEqual(cidrs(tiers.private), ['10.20.0.0/18', '10.20.64.0/18']);
  t.deepEqual(cidrs(tiers.public), ['10.20.128.0/20', '10.20.144.0/20']);
  t.deepEqual(cidrs(tiers.data), ['10.20.160.0/22', '10.20.164.0/22']);
  t.deepEqual(
    tiers.data.map(({ zone }) => zone),
    ['a', 'b'],
  );
});

test('whatever the network: its parts lie in it, overlap nowhere, and are large enough for AWS', (t) => {
  const networks = fc
    .tuple(fc.integer({ min: 16, max: 20 }), fc.nat(15))
    .map(([prefix, index]) => part('10.0.0.0/8', prefix - 8, index));
  fc.assert(
    fc.property(networks, (network) => {
      const { private: pods, public: outer, data } = divide(network, zones);
      const all = [...pods, ...outer, ...data].map(({ cidr }) => cidr);
      for (const [index, cidr] of all.entries()) {
        t.true(isCidr(cidr) && overlap(cidr, network) && prefixOf(cidr) > prefixOf(network) && prefixOf(cidr) <= 28);
        for (const other of all.slice(index + 1)) t.false(overlap(cidr, other), `${cidr} ${other}`);
      }
    }),
    { numRuns: 40 },
  );
});

test('valid and invalid ranges of addresses', (t) => {
  for (const good of ['0.0.0.0/0', '10.0.0.0/8', '203.0.113.7/32']) t.true(isCidr(good), good);
  for (const bad of ['10.20.0.1/16', '10.20.0.0', '256.0.0.0/8', '10.0.0.0/33', 'nonsense', '10.0.0/8', '::/0']) {
    t.false(isCidr(bad), bad);
  }
});

test('the first address of the services is that of the API', (t) => {
  t.is(address('172.20.0.0/16', 1), '172.20.0.1/32');
});
