"""Renders capirca policies: a JSON list of {format, policy, networks, services} on stdin, a list of {text} or {error} on stdout."""
import importlib
import json
import logging
import sys

from absl import logging as absl_logging
from capirca.lib import naming, policy

GENERATORS = {
    'speedway': ('speedway', 'Speedway'),
    'iptables': ('iptables', 'Iptables'),
    'nftables': ('nftables', 'Nftables'),
    'cisco': ('cisco', 'Cisco'),
    'ciscoasa': ('ciscoasa', 'CiscoASA'),
    'juniper': ('juniper', 'Juniper'),
    'paloalto': ('paloaltofw', 'PaloAltoFW'),
    'gce': ('gce', 'GCE'),
    'windows_advfirewall': ('windows_advfirewall', 'WindowsAdvFirewall'),
}


def render(job):
    definitions = naming.Naming()
    definitions.ParseNetworkList(job['networks'])
    definitions.ParseServiceList(job['services'])
    module, name = GENERATORS[job['format']]
    parsed = policy.ParsePolicy(job['policy'], definitions, shade_check=False)
    if not parsed:
        raise ValueError('capirca does not read the policy')
    return str(getattr(importlib.import_module('capirca.lib.' + module), name)(parsed, 2))


def answer(job):
    try:
        return {'text': render(job)}
    except Exception as error:
        return {'error': f'{type(error).__name__}: {error}'}


logging.disable(logging.CRITICAL)
absl_logging.set_verbosity(absl_logging.FATAL)
stdout, sys.stdout = sys.stdout, sys.stderr
json.dump([answer(job) for job in json.load(sys.stdin)], stdout)
