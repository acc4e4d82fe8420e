import { describe, expect, it } from 'vitest';
import { nftables } from '../../../server/src/dialects/nftables/index.ts';

const detects = (uri: string, text = '', languageId?: string): boolean => nftables.detect({ uri, text, ...(languageId === undefined ? {} : { languageId }) });

describe('nftables files', () => {
  it.each([
    ['file:///etc/nftables.conf', ''],
    ['file:///srv/edge.nft', ''],
    ['untitled:Untitled-1', '#!/usr/sbin/nft -f\n'],
    ['untitled:Untitled-1', '#!/usr/bin/env -S nft -f\n'],
    ['file:///rules', '# ours\n\ntable inet filter {\n'],
    ['file:///rules', 'table filter {\n'],
    ['file:///rules', 'flush ruleset\n'],
    ['file:///rules', '\ufeffdefine server = 10.0.0.1\n'],
    ['file:///rules', 'add rule ip filter input accept\n'],
  ])('%s %j', (uri, text) => {
    expect(detects(uri, text)).toBe(true);
  });

  it.each([
    ['file:///rules.v4', '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n'],
    ['file:///rules.sh', '#!/bin/sh\niptables -A INPUT -j DROP\n'],
    ['file:///table.md', 'table of contents\n'],
    ['file:///notes.txt', '# table inet filter {\n'],
    ['file:///main.tf', 'resource "aws_security_group" "a" {\n}\n'],
    ['file:///empty', ''],
  ])('not %s %j', (uri, text) => {
    expect(detects(uri, text)).toBe(false);
  });

  it('by their language', () => {
    expect(detects('untitled:Untitled-1', '', 'nftables')).toBe(true);
  });
});
