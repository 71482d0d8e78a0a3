import packageJson from '../package.json' with { type: 'json' };

/** The release; what is running exactly is the setting `CODE_VERSION`. */
export const version = packageJson.version;
