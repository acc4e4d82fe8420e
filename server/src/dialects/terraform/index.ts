/** The Terraform dialect: security groups and network ACLs of AWS in Terraform and OpenTofu modules. */
import type { Dialect } from '../dialect.ts';
import { detectTerraform } from './detect.ts';
import { TerraformReader } from './reader.ts';
import { write, writePolicy, writeRules } from './write.ts';

export const terraform: Dialect = {
  id: 'terraform',
  name: 'Terraform (AWS)',
  files: '*.tf, *.tofu, *.tf.json, *.tofu.json',
  comment: { line: '#' },
  module: true,
  guest: true,
  detect: detectTerraform,
  createReader: () => new TerraformReader(),
  write,
  writeRules,
  writePolicy,
};
