/** Names that package.json, the server and several parts of the extension share. */

/** Also the section of the settings, and what the client reads `trace.server` under. */
export const CLIENT_ID = 'veeamPorts';
export const CLIENT_NAME = 'Veeam Ports';

export const ASSOCIATIONS = `${CLIENT_ID}.files.associations`;

export const SHOW_COVERAGE = `${CLIENT_ID}.showCoverage`;
export const DECLARE_GUARDS = `${CLIENT_ID}.declareGuards`;
