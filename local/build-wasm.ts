import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';

const folder = fileURLToPath(new URL('../tasks/read/', import.meta.url));
const compiler = fileURLToPath(new URL('../node_modules/assemblyscript/bin/asc.js', import.meta.url));

/** The modules in tasks/read that are written in AssemblyScript. */
export const modules = ['structural-index', 'flight-rows'] as const;

/** Compile one of the {@link modules}; returns the text of the module that carries the result. */
export function compile(module: (typeof modules)[number]): string {
  const temporary = mkdtempSync(join(tmpdir(), 'delaywatch-wasm-'));
  try {
    const out = join(temporary, `${module}.wasm`);
    const options = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--enable', 'simd', '--outFile', out];
    execFileSync(process.execPath, [compiler, join(folder, `${module}.as.ts`), ...options], {
      stdio: 'inherit',
    });
    const base64 = readFileSync(out).toString('base64');
    const name = module.replaceAll(/-[a-z]/g, ([, letter]) => letter.toUpperCase());
    return `// Compiled from ${module}.as.ts by \`npm run build:wasm\`; a test holds the two to each other.\nexport const ${name}Wasm =\n  '${base64}';\n`;
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

if (import.meta.main) {
  new Command('npm run build:wasm --')
    .description('Compiles the two AssemblyScript modules of tasks/read (*.as.ts) to WebAssembly.')
    .addHelpText('after', '\nExample:\n  npm run build:wasm')
    .parse();
  for (const module of modules) writeFileSync(join(folder, `${module}.wasm.ts`), compile(module));
}
