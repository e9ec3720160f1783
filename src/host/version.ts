import packageJson from '../../package.json' with { type: 'json' };

/** Version of the product, as released. */
export const version: string = packageJson.version;
