/** A system that has no browser. */
export interface BareSystem {
  platform: NodeJS.Platform;
  arch: NodeJS.Architecture;
  /** What `/etc/os-release` says; empty where there is none. */
  osRelease: string;
}

const installers: Record<string, string> = {
  alpine: 'apk add chromium',
  arch: 'pacman -S chromium',
  debian: 'apt-get install chromium',
  fedora: 'dnf install chromium-headless',
  suse: 'zypper install chromium',
};

/** What to do where there is no browser: the one command of the system's package manager, if it has a browser. */
export function browserAdvice({ platform, arch, osRelease }: BareSystem): string {
  if (platform !== 'linux') return 'install Chrome, or set CHROMIUM_PATH';
  const field = (name: string) => new RegExp(`^${name}="?([^"\n]*)`, 'm').exec(osRelease)?.[1] ?? '';
  if (field('ID') === 'ubuntu') {
    return arch === 'x64'
      ? "install Google Chrome's .deb (Ubuntu's own Chromium is a snap, which cannot be used here), or set CHROMIUM_PATH"
      : "Ubuntu's own Chromium is a snap, which cannot be used here: install one from a PPA (`add-apt-repository " +
          'ppa:xtradeb/apps && apt-get install chromium`), use a Debian container, or set CHROMIUM_PATH';
  }
  const name = [field('ID'), ...field('ID_LIKE').split(' ')].find((one) => one in installers);
  return `install one with \`${installers[name ?? 'debian']}\`${name ? '' : ' (Debian)'}, or set CHROMIUM_PATH`;
}
