// `node test/bare/make-environments.ts NAME…`: makes Python environments of the tests, and imports what each is for.
import { execFileSync } from 'node:child_process';
import { pythonEnvironment } from '../../local/python-environment.ts';

/** What is imported from each. */
const modules: Record<string, string> = { moto: 'moto.server', airflow: 'airflow', superset: 'superset' };

for (const name of process.argv.slice(2)) {
  try {
    const python = pythonEnvironment(name, new URL(`../../local/${name}-requirements.txt`, import.meta.url));
    execFileSync(python, ['-c', `import ${modules[name]}`], { stdio: 'inherit' });
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
    break;
  }
}
