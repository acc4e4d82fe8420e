/** Properties are checked on the same cases in every run; `SEED=7` asks for others. */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['SEED'] ?? 1) });
