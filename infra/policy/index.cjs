// `npx pulumi up --policy-pack infra/policy`. Pulumi loads a policy pack by require(), with a ts-node of its own that refuses
// imports of .ts files. import() is Node's, which strips the types by itself.
const { PolicyPack } = require('@pulumi/policy');

import('./rules.ts').then(({ rules }) => new PolicyPack('delaywatch', { policies: rules }));
