import type { WheelProgram } from './wheel-program.ts';

export const uvVersion = '0.13.9';

/** The wheels by platform and processor: the tags in the wheel's name, and its SHA-256 on PyPI. */
const wheels: Record<string, [tags: string, sha256: string]> = {
  'linux-x64': [
    'manylinux_2_17_x86_64.manylinux2014_x86_64',
    'd7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19',
  ],
  'linux-arm64': [
    'manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64',
    '5435c5ce14a56431208ca0996416d310f1598e8c2c8ba707688985a16bb82dbe',
  ],
  'darwin-x64': ['macosx_10_12_x86_64', 'c16ed11e013557536b3e60065f1b912f6407bd6518e041b961e23ef9e6b4fbf5'],
  'darwin-arm64': ['macosx_11_0_arm64', '66c512266d633bef48384a1f53003f41f2a8e7b36fe6e7fbfd3e0fd52d96fa63'],
};

/** The wheel that brings uv to a platform like `linux-x64`; undefined where there is none. */
export function uvWheel(platform: string): WheelProgram | undefined {
  const wheel = wheels[platform];
  if (!wheel) return undefined;
  const [tags, sha256] = wheel;
  const file = `uv-${uvVersion}-py3-none-${tags}.whl`;
  return { project: 'uv', file, sha256, entry: `uv-${uvVersion}.data/scripts/uv` };
}
