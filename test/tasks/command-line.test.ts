import { readdir } from 'node:fs/promises';
import test from 'ava';
import { CommanderError } from 'commander';
import { parseArguments } from '../../tasks/command-line.ts';
import { version } from '../../tasks/version.ts';

/** What the arguments come to: a request, or what was printed and whether that was asked for. */
async function parse(...args: string[]) {
  let printed = '';
  const streams = [process.stdout, process.stderr];
  const writes = streams.map((stream) => stream.write);
  for (const stream of streams) {
    stream.write = (text: string | Uint8Array) => {
      printed += text;
      return true;
    };
  }
  try {
    const request = await parseArguments(['node', 'main.ts', ...args]);
    return { request, printed, wrong: false };
  } catch (error) {
    if (error instanceof CommanderError) return { request: undefined, printed, wrong: error.exitCode !== 0 };
    throw error;
  } finally {
    streams.forEach((stream, index) => {
      stream.write = writes[index];
    });
  }
}

test.serial('a command is asked for with its year', async (t) => {
  for (const name of ['acquire', 'detect', 'load', 'render', 'publish', 'tell', 'run']) {
    const { request } = await parse(name, '--year', '2013');
    t.like(request, { name, options: { year: 2013 } });
    t.true((await parse(name)).wrong);
  }
  t.like((await parse('detect', '--year=1987')).request, { options: { year: 1987 } });
});

test.serial('a refused address is shown without its password', async (t) => {
  const { printed, wrong } = await parse('acquire', '--year', '2013', '--from', 'ftp://me:secret@host/{year}.csv');
  t.true(wrong);
  t.regex(printed, /ftp:\/\/me@host/);
  t.false(printed.includes('secret'));
});

test.serial('migrate needs no year', async (t) => {
  t.like((await parse('migrate')).request, { name: 'migrate', options: {} });
  t.like((await parse('migrate', '--year', '2013')).request, { options: { year: 2013 } });
});

test.serial('options that are not given have defaults', async (t) => {
  const defaults = { year: 2013, maxBadRows: 0, allowPartial: false, soFar: false };
  t.deepEqual((await parse('detect', '--year', '2013')).request?.options, defaults);
  t.deepEqual((await parse('run', '--year', '2013')).request?.options, defaults);
  t.deepEqual((await parse('render', '--year', '2013')).request?.options, {
    year: 2013,
    shard: { index: 1, count: 1 },
  });
});

test.serial('flights come from BTS, Kaggle or an address', async (t) => {
  t.deepEqual((await parse('acquire', '--year', '2013')).request?.options, { year: 2013, from: 'bts', soFar: false });
  for (const from of [
    'kaggle',
    'https://m.example/{year}/{month}.zip',
    'file:///data/{year}.csv',
    'http://m.example/',
  ]) {
    t.like((await parse('acquire', '--year', '2013', '--from', from)).request, { options: { from } });
  }
  t.like((await parse('acquire', '--year', '2013', '--refresh')).request, { options: { refresh: true } });
});

test.serial('an address with a per cent sign that stands for itself is refused', async (t) => {
  const { printed, wrong } = await parse('acquire', '--year', '2013', '--from', 'https://m.example/100%/{year}.csv');
  t.true(wrong);
  t.regex(printed, /Expected %25 for each % in the address\./);
});

test.serial('bad rows and shards are numbers', async (t) => {
  t.like((await parse('detect', '--year', '2013', '--max-bad-rows', '100')).request, { options: { maxBadRows: 100 } });
  t.like((await parse('render', '--year', '2013', '--shard', '2/4')).request, {
    options: { shard: { index: 2, count: 4 } },
  });
  t.like((await parse('render', '--year', '2013', '--shard', '4/4')).request, {
    options: { shard: { index: 4, count: 4 } },
  });
});

test.serial('a year that looks incomplete can be allowed where flights are read', async (t) => {
  for (const name of ['detect', 'run']) {
    for (const [answer, allowPartial] of [
      ['--allow-partial', true],
      ['--allow-partial=yes', true],
      ['--allow-partial=True', true],
      ['--allow-partial=False', false],
      ['--allow-partial=no', false],
    ] as const) {
      t.like((await parse(name, '--year', '2013', answer)).request, { options: { allowPartial } });
    }
  }
});

test.serial('the year so far can be asked for, with an answer or without', async (t) => {
  for (const [answer, soFar] of [
    ['--so-far', true],
    ['--so-far=True', true],
    ['--so-far=no', false],
  ] as const) {
    t.like((await parse('acquire', '--year', '2013', answer)).request, { options: { soFar } });
  }
  const { request } = await parse('acquire', '--year', '2013', '--so-far', '--through', '12');
  t.like(request, { options: { soFar: true, through: 12 } });
});

test.serial('the year so far can be asked for where flights are read', async (t) => {
  for (const name of ['detect', 'run']) {
    for (const [answer, soFar] of [
      ['--so-far', true],
      ['--so-far=True', true],
      ['--so-far=no', false],
    ] as const) {
      t.like((await parse(name, '--year', '2013', answer)).request, { options: { soFar, allowPartial: false } });
    }
    t.like((await parse(name, '--year', '2013')).request, { options: { soFar: false } });
  }
});

test.serial('pages are served on an address and a port, without a year', async (t) => {
  t.deepEqual((await parse('serve')).request?.options, { host: '127.0.0.1', port: 8080 });
  t.like((await parse('serve', '--host', '0.0.0.0', '--port', '80')).request, {
    options: { host: '0.0.0.0', port: 80 },
  });
});

test.serial('wrong arguments are refused with what is expected', async (t) => {
  const refused: [string[], RegExp][] = [
    [['detect'], /--year/],
    ...['1986', '13', '20133', 'abc', '2013.5', '-2013', ''].map((year): [string[], RegExp] => [
      ['detect', '--year', year],
      /Expected a year from 1987 on, like 2013\./,
    ]),
    ...['-1', '1.5', 'all', '', '1e3'].map((count): [string[], RegExp] => [
      ['detect', '--year', '2013', '--max-bad-rows', count],
      /Expected a whole number, like 0 or 100\./,
    ]),
    ...['0/4', '5/4', '1/0', '0/0', '2', '2/', '/4', 'a/b', '1/2/3', '-1/2'].map((shard): [string[], RegExp] => [
      ['render', '--year', '2013', '--shard', shard],
      /Expected i\/n with i from 1 to n, like 2\/4\./,
    ]),
    ...['0', '13', 'May', '01', ''].map((month): [string[], RegExp] => [
      ['acquire', '--year', '2013', '--so-far', '--through', month],
      /Expected the number of a month, from 1 to 12\./,
    ]),
    ...['BTS', 's3://bucket/{year}/', 'm.example', '/data/2013.csv', ''].map((from): [string[], RegExp] => [
      ['acquire', '--year', '2013', '--from', from],
      /Expected bts, kaggle or an address like https:\/\/mirror/,
    ]),
    ...['0', '65536', '-1', 'http', ''].map((port): [string[], RegExp] => [
      ['serve', '--port', port],
      /Expected a port, like 8080\./,
    ]),
    [['serve', '--year', '2013'], /unknown option '--year'/],
    [['load', '--year', '2013', '--shard', '1/2'], /unknown option '--shard'/],
    [['load', '--year', '2013', '--allow-partial'], /unknown option '--allow-partial'/],
    [['detect', '--year', '2013', '--allow-partial=perhaps'], /Expected yes or no/],
    [['run', '--year', '2013', '--so-far=3'], /Expected yes or no/],
    [['publish', '--year', '2013', '--so-far'], /unknown option '--so-far'/],
    [['load', '--year', '2013', 'more'], /too many arguments/],
    [['detekt', '--year', '2013'], /unknown command 'detekt'/],
    [['--year', '2013', 'detect'], /unknown option '--year'/],
    [[], /Usage: delaywatch/],
  ];
  for (const [args, expected] of refused) {
    const { request, printed, wrong } = await parse(...args);
    t.is(request, undefined, args.join(' '));
    t.true(wrong, args.join(' '));
    t.regex(printed, expected);
  }
});

test.serial('help and the version are printed, and nothing is run', async (t) => {
  const help = await parse('--help');
  t.like(help, { request: undefined, wrong: false });
  for (const word of [
    'acquire',
    'migrate',
    'detect',
    'load',
    'render',
    'publish',
    'tell',
    'run',
    'serve',
    'FLIGHTS_URI',
    'README.md',
  ]) {
    t.true(help.printed.includes(word), word);
  }
  t.like(await parse('--version'), { request: undefined, wrong: false, printed: `${version}\n` });
  const ofRender = await parse('render', '--help');
  t.like(ofRender, { request: undefined, wrong: false });
  t.regex(ofRender.printed, /--shard <i\/n>/);
});

test.serial('the help of each command has a description and an example that the command takes', async (t) => {
  const { printed } = await parse('--help');
  const names = [...printed.split('Commands:')[1].matchAll(/^ {2}([a-z]+) \[/gm)].map(([, name]) => name);
  const commands = names.filter((name) => name !== 'help');
  t.true(commands.length > 0);
  for (const name of commands) {
    const help = (await parse(name, '--help')).printed;
    t.regex(help, /^Usage: delaywatch \w+ \[options\]\n\n[a-z].+/, name);
    const [, example] = /\nExample:\n {2}(.+)\n/.exec(help) ?? [];
    const [, given] = /\bnpx delaywatch (.+)$/.exec(example) ?? [];
    t.is((await parse(...given.split(' '))).request?.name, name, example);
  }
});

test.serial('every file in commands/ is a command', async (t) => {
  const files = (await readdir(new URL('../../tasks/commands/', import.meta.url))).map((file) => file.slice(0, -3));
  t.true(files.length > 0);
  for (const name of files) {
    const { request } = await parse(name, ...(name === 'serve' ? [] : ['--year', '2013']));
    t.is(request?.name, name);
    const command = await request!.load();
    t.is(command, (await import(`../../tasks/commands/${name}.ts`))[name]);
    t.true(command.settings.length > 0);
  }
  const { printed } = await parse('--help');
  const listed = [...printed.split('Commands:')[1].matchAll(/^ {2}([a-z]+) \[/gm)].map(([, name]) => name);
  t.deepEqual(listed.sort(), [...files, 'help'].sort());
});
