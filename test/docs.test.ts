import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const root = fileURLToPath(new URL('../', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const pages = globSync('{*.md,docs/**/*.md,samples/*.md,bench/*.md,test/fixtures/*.md}', { cwd: root });

/** What GitHub calls the headings of a page in addresses. */
function anchors(markdown: string): Set<string> {
  const headings = [...markdown.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set(headings);
}

test('links lead to existing pages and headings', (t) => {
  const broken: string[] = [];
  let links = 0;
  for (const page of pages) {
    const text = read(page).replaceAll(/^ *```[\s\S]*?^ *```/gm, '');
    for (const [, link] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      // Addresses on the web, and those on GitHub's own pages.
      if (/^(?:[a-z]+:|\.\.\/\.\.\/(?:compare|releases)\/)/.test(link)) continue;
      links++;
      const [path, anchor] = link.split('#');
      const file = path ? join(dirname(page), path) : page;
      if (!existsSync(join(root, file))) broken.push(`${page}: ${link}`);
      else if (anchor && !anchors(read(file)).has(anchor)) broken.push(`${page}: ${link} has no such heading`);
    }
  }
  t.true(links > 50);
  t.deepEqual(broken, []);
});

test('decisions are numbered without holes, and each tells its context, what was decided, and what follows', (t) => {
  const files = readdirSync(join(root, 'docs', 'decisions')).sort();
  for (const [index, file] of files.entries()) {
    const number = index + 1;
    t.true(file.startsWith(`${String(number).padStart(4, '0')}-`), file);
    const headings = [...read(`docs/decisions/${file}`).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading);
    t.true(headings[0].startsWith(`${number}. `), file);
    t.deepEqual(headings.slice(1), ['Context', 'Decision', 'Consequences'], file);
  }
  t.true(files.length > 20);
});

test('files that CONTRIBUTING names exist', (t) => {
  const named = [...read('CONTRIBUTING.md').matchAll(/`((?:[\w.-]+\/)+[\w.-]*)`/g)].map(([, path]) => path);
  t.true(named.length > 60);
  const made = ['.venv/', 'exports/'];
  t.deepEqual(
    named.filter((path) => !made.includes(path) && !existsSync(join(root, path))),
    [],
  );
});

test('pages and headings of the documentation that code names exist', (t) => {
  const code = globSync('{bench,charts,dags,evaluation,infra,local,samples,smoke,tasks}/**/*.{ts,py,yaml,json,sql}', {
    cwd: root,
  });
  const missing = code.flatMap((file) =>
    [...read(file).matchAll(/\b(?:docs\/[\w/-]+\.md|(?:README|CONTRIBUTING|SECURITY)\.md)(?=[\s,:;.)`'"]|$)/gm)]
      .filter(([path]) => !existsSync(join(root, path)))
      .map(([path]) => `${file}: ${path}`),
  );
  t.deepEqual(missing, []);
});

test('docs/reference.md has a line for each command, table and setting', (t) => {
  const page = read('docs/reference.md');
  const lines = new Set(
    [...page.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell]) => cell.match(/(?<=`)[\w-]+(?=`)/g) ?? []),
  );
  const commands = readdirSync(join(root, 'tasks', 'commands')).map((file) => file.replace(/\.ts$/, ''));
  const migrations = globSync('tasks/migrations/*.sql', { cwd: root }).sort().map(read).join('\n');
  const made = [...migrations.matchAll(/^CREATE (?:TABLE|(?:OR REPLACE )?VIEW) (\w+)/gm)].map(([, name]) => name);
  // What the machine sets is not the user's; Kaggle's own variables are in docs/acquire.md.
  const settings = [...read('tasks/settings.ts').matchAll(/^ {2}([A-Z][A-Z\d_]+): /gm)]
    .map(([, name]) => name)
    .filter(
      (name) =>
        !/^(?:PATH|HOME|LANG|LD_LIBRARY_PATH|FONTCONFIG_\w+|XDG_\w+|KAGGLE_(?:API|CONFIG|USER|KEY).*)$/.test(name),
    );
  const tables = made.filter((name) => !/^airport_days_/.test(name));
  t.true(commands.length >= 7 && settings.length >= 10 && tables.length >= 9);
  t.deepEqual(
    [...commands, ...settings, ...tables].filter((name) => !lines.has(name)),
    [],
  );
});
