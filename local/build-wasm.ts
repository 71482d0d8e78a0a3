import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';

const folder = fileURLToPath(new URL('../tasks/read/', import.meta.url));
const compiler = fileURLToPath(new URL('../node_modules/assemblyscript/bin/asc.js', import.meta.url));

/** Compile tasks/read/structural-index.as.ts; returns the text of the module that carries the result. */
export function compileStructuralIndex(): string {
  const temporary = mkdtempSync(join(tmpdir(), 'delaywatch-wasm-'));
  try {
    const out = join(temporary, 'structural-index.wasm');
    const options = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--enable', 'simd', '--outFile', out];
    execFileSync(process.execPath, [compiler, join(folder, 'structural-index.as.ts'), ...options], {
      stdio: 'inherit',
    });
    const base64 = readFileSync(out).toString('base64');
    return `// Compiled from structural-index.as.ts by \`npm run build:wasm\`; a test holds the two to each other.\nexport const structuralIndexWasm =\n  '${base64}';\n`;
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

if (import.meta.main) {
  new Command('npm run build:wasm --')
    .description('Compiles the index of commas and line ends from AssemblyScript.')
    .parse();
  writeFileSync(join(folder, 'structural-index.wasm.ts'), compileStructuralIndex());
}
