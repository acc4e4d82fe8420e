/**
 * Targets and what they do to the verdict.
 * Source: iptables(8), "TARGETS"; iptables-extensions(8), "TARGET EXTENSIONS"; the option lists are those of `iptables -j NAME -h`.
 */
import { t } from '@vscode/l10n';
import type { Action } from '../../model/rule.ts';
import { type Options, optionsOf } from './options.ts';

export interface Target {
  readonly action: () => Action;
  readonly options: Options;
}

const CONTINUE: Action = { kind: 'continue' };
const target = (action: Action, options = ''): Target => ({ action: () => action, options: optionsOf(options) });
const unknown = (why: () => string, options = ''): Target => ({ action: () => ({ kind: 'unknown', why: why() }), options: optionsOf(options) });
/** The packet goes on as another one, of which the chains behind may say something else. */
const rewrites = (why: () => string, options: string): Target => ({ action: () => ({ kind: 'unknown', why: why(), rewrites: true }), options: optionsOf(options) });

const translates = (): string => t("it changes the packet's destination");
const queues = (): string => t('a program outside the kernel decides');
const changesAddress = (): string => t('it changes an address of the packet');

const TARGETS: ReadonlyMap<string, Target> = new Map(Object.entries({
  ACCEPT: target({ kind: 'accept' }),
  DROP: target({ kind: 'drop' }),
  REJECT: target({ kind: 'reject' }, 'reject-with'),
  RETURN: target({ kind: 'return' }),
  LOG: target(CONTINUE, 'log-level log-prefix log-tcp-sequence/0 log-tcp-options/0 log-ip-options/0 log-uid/0 log-macdecode/0'),
  NFLOG: target(CONTINUE, 'nflog-group nflog-range nflog-size nflog-threshold nflog-prefix'),
  ULOG: target(CONTINUE, 'ulog-nlgroup ulog-cprange ulog-qthreshold ulog-prefix'),
  MARK: target(CONTINUE, 'set-xmark set-mark and-mark or-mark xor-mark'),
  CONNMARK: target(CONTINUE, 'set-xmark set-mark and-mark or-mark xor-mark save-mark/0 restore-mark/0 mask nfmask ctmask left-shift-mark right-shift-mark'),
  CT: target(CONTINUE, 'notrack/0 helper timeout ctevents expevents zone zone-orig zone-reply'),
  NOTRACK: target({ kind: 'untrack' }),
  TCPMSS: target(CONTINUE, 'set-mss clamp-mss-to-pmtu/0'),
  TCPOPTSTRIP: target(CONTINUE, 'strip-options'),
  CLASSIFY: target(CONTINUE, 'set-class'),
  TOS: target(CONTINUE, 'set-tos and-tos or-tos xor-tos'),
  DSCP: target(CONTINUE, 'set-dscp set-dscp-class'),
  ECN: target(CONTINUE, 'ecn-tcp-remove/0 ecn-tcp-cwr ecn-tcp-ece ecn-ip-ect'),
  TTL: target(CONTINUE, 'ttl-set ttl-dec ttl-inc'),
  HL: target(CONTINUE, 'hl-set hl-dec hl-inc'),
  SET: target(CONTINUE, 'add-set/2 del-set/2 map-set/2 exist/0 timeout map-mark/0 map-prio/0 map-queue/0'),
  TRACE: target(CONTINUE),
  AUDIT: target(CONTINUE, 'type'),
  CHECKSUM: target(CONTINUE, 'checksum-fill/0'),
  SECMARK: target(CONTINUE, 'selctx'),
  CONNSECMARK: target(CONTINUE, 'save/0 restore/0'),
  HMARK: target(CONTINUE, 'hmark-tuple hmark-mod hmark-offset hmark-rnd hmark-src-prefix hmark-dst-prefix hmark-sport-mask hmark-dport-mask hmark-spi-mask hmark-sport hmark-dport hmark-spi hmark-proto-mask'),
  IDLETIMER: target(CONTINUE, 'timeout label alarm/0'),
  LED: target(CONTINUE, 'led-trigger-id led-delay led-always-blink/0'),
  RATEEST: target(CONTINUE, 'rateest-name rateest-interval rateest-ewmalog'),
  TEE: target(CONTINUE, 'gateway oif'),
  SNAT: target({ kind: 'accept' }, 'to-source random/0 random-fully/0 persistent/0'),
  MASQUERADE: target({ kind: 'accept' }, 'to-ports random/0 random-fully/0'),
  DNAT: rewrites(translates, 'to-destination random/0 persistent/0'),
  REDIRECT: rewrites(translates, 'to-ports random/0'),
  NETMAP: rewrites(changesAddress, 'to'),
  TPROXY: rewrites(translates, 'on-port on-ip tproxy-mark'),
  CLUSTERIP: unknown(() => t('which node of a cluster this is, is not known here'), 'new/0 hashmode clustermac total-nodes local-node hash-init'),
  DNPT: rewrites(changesAddress, 'src-pfx dst-pfx'),
  SNPT: unknown(changesAddress, 'src-pfx dst-pfx'),
  SYNPROXY: unknown(() => t('the firewall answers in place of the server'), 'sack-perm/0 timestamp/0 wscale mss ecn/0'),
  QUEUE: unknown(queues),
  NFQUEUE: unknown(queues, 'queue-num queue-balance queue-bypass/0 queue-cpu-fanout/0'),
}));

export const targetOf = (name: string): Target | undefined => TARGETS.get(name);
