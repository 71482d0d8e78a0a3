// `npx pulumi preview --policy-pack infra/policy`. Pulumi loads a policy pack with require().
const { PolicyPack } = require('@pulumi/policy');
const { rules } = require('./rules.ts');

new PolicyPack('delaywatch', { policies: rules });
