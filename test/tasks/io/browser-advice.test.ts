import test from 'ava';
import { browserAdvice } from '../../../tasks/io/browser-advice.ts';

const linux = (arch: NodeJS.Architecture, osRelease: string) => browserAdvice({ platform: 'linux', arch, osRelease });

test('the command of the package manager is named', (t) => {
  for (const [osRelease, command] of [
    ['ID=debian\nVERSION_ID="13"\n', 'apt-get install chromium'],
    ['ID=raspbian\nID_LIKE=debian\n', 'apt-get install chromium'],
    ['NAME="Fedora Linux"\nID=fedora\n', 'dnf install chromium-headless'],
    ['ID=alpine\n', 'apk add chromium'],
    ['ID=arch\n', 'pacman -S chromium'],
    ['ID="opensuse-leap"\nID_LIKE="suse opensuse"\n', 'zypper install chromium'],
  ]) {
    for (const arch of ['arm64', 'x64'] as const) {
      t.is(linux(arch, osRelease), `install one with \`${command}\`, or set CHROMIUM_PATH`);
    }
  }
});

test('a system that is not known gets the command of Debian as an example', (t) => {
  t.is(linux('arm64', ''), 'install one with `apt-get install chromium` (Debian), or set CHROMIUM_PATH');
});

test("on Ubuntu, whose own Chromium is a snap, another one is named: Google's only where it exists", (t) => {
  const osRelease = 'ID=ubuntu\nID_LIKE=debian\n';
  t.regex(linux('x64', osRelease), /install Google Chrome's \.deb/);
  t.regex(linux('arm64', osRelease), /PPA \(`add-apt-repository ppa:xtradeb\/apps && apt-get install chromium`\)/);
  // It has a Chromium of its own.
  t.regex(linux('x64', 'ID=linuxmint\nID_LIKE="ubuntu debian"\n'), /`apt-get install chromium`/);
});

test('elsewhere Chrome is installed', (t) => {
  t.is(browserAdvice({ platform: 'darwin', arch: 'arm64', osRelease: '' }), 'install Chrome, or set CHROMIUM_PATH');
});
