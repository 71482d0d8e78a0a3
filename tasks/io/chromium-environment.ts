import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where a system keeps its fonts' settings; without them a browser draws no letters but those of its own font. */
const systemFonts = '/etc/fonts/fonts.conf';

/**
 * The environment of a browser. It gets nothing that it does not need, such as the address of the database. A browser
 * that was unpacked has libraries and a font beside it; the font is used where the system has none.
 */
export function chromiumEnvironment(chromium: string): Record<string, string> {
  const folder = dirname(chromium);
  const [libraries, fonts] = [join(folder, 'lib'), join(folder, 'fonts.conf')];
  const given = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LD_LIBRARY_PATH', 'FONTCONFIG_PATH', 'FONTCONFIG_FILE'];
  return {
    ...Object.fromEntries(
      given.map((name) => [name, process.env[name]]).filter((pair): pair is [string, string] => pair[1] !== undefined),
    ),
    ...(existsSync(join(libraries, 'libnss3.so')) && { LD_LIBRARY_PATH: libraries }),
    ...(existsSync(fonts) && !existsSync(systemFonts) && { FONTCONFIG_FILE: fonts }),
  };
}
