# developer.hashicorp.com/terraform/language/functions, a page each: what they give for known values. One rule per function.
# want: accept in tcp 10.0.2.1 -> 10.0.0.9:1
# want: drop in tcp 10.0.3.1 -> 10.0.0.9:1
# want: accept in tcp 10.0.0.5 -> 10.0.0.9:2
# want: accept in tcp 10.0.255.254 -> 10.0.0.9:3
# want: accept in tcp 10.4.0.1 -> 10.0.0.9:4
# want: accept in tcp 10.5.0.1 -> 10.0.0.9:5
# want: accept in tcp 10.6.0.1 -> 10.0.0.9:6
# want: accept in tcp 10.7.0.1 -> 10.0.0.9:7
# want: accept in tcp 10.8.0.1 -> 10.0.0.9:8
# want: accept in tcp 10.9.0.1 -> 10.0.0.9:9
# want: accept in tcp 10.10.0.1 -> 10.0.0.9:10
# want: accept in tcp 10.11.0.1 -> 10.0.0.9:11
# want: drop in tcp 10.12.0.1 -> 10.0.0.9:11
# want: accept in tcp 10.12.0.1 -> 10.0.0.9:12
# want: accept in tcp 10.13.0.1 -> 10.0.0.9:13
# want: accept in tcp 10.14.0.1 -> 10.0.0.9:14
# want: accept in tcp 10.15.0.1 -> 10.0.0.9:15
# want: undecided in tcp 10.16.0.1 -> 10.0.0.9:16
# want: accept in tcp 10.17.0.1 -> 10.0.0.9:17
# want: accept in tcp 10.18.0.1 -> 10.0.0.9:18
# want: accept in tcp 10.19.0.1 -> 10.0.0.9:19
# want: accept in tcp 10.20.0.1 -> 10.0.0.9:20
# want: accept in tcp 10.1.1.1 -> 10.0.0.9:21
# want: drop in tcp 10.1.2.1 -> 10.0.0.9:21
# want: drop in tcp 10.0.2.1 -> 10.0.0.9:99
locals {
  rules = [
    cidrsubnet("10.0.0.0/16", 8, 2),
    "${cidrhost("10.0.0.0/24", 5)}/32",
    format("%s/32", cidrhost("10.0.0.0/16", -2)),
    element(["10.5.0.0/24", "10.4.0.0/24"], 3),
    lookup({ a = "10.5.0.0/24" }, "a", "10.9.9.0/24"),
    lookup({ a = "10.5.0.0/24" }, "b", "10.6.0.0/24"),
    concat(["10.6.0.0/24"], ["10.7.0.0/24"])[1],
    flatten([["10.6.0.0/24"], [["10.8.0.0/24"]]])[1],
    merge({ a = "10.8.0.0/24" }, { a = "10.9.0.0/24" })["a"],
    coalesce("", null, "10.10.0.0/24"),
    split(",", "10.11.0.0/24,10.12.0.0/24")[0],
    join("/", ["10.12.0.0", 24]),
    try({ a = "x" }.b, "10.13.0.0/24"),
    values({ b = "10.15.0.0/24", a = "10.14.0.0/24" })[0],
    contains(["a", "b"], "a") && length(distinct([1, 1, 2])) == 2 && can(tonumber("7")) ? "10.15.0.0/24" : "10.9.9.0/24",
    provider::aws::trim_iam_role_path("10.16.0.0/24"),
    one([for n in range(17, 18) : "10.${n}.0.0/24"]),
    replace(lower("10.X.0.0/24"), "x", max(3, 18, 7)),
    trimspace(zipmap(["a"], [" 10.19.0.0/24 "]).a),
    compact(["", "10.20.0.0/24"])[0],
    cidrsubnets("10.1.0.0/16", 8, 8)[1],
  ]
}

resource "aws_security_group" "worker" {
  dynamic "ingress" {
    for_each = local.rules
    content {
      protocol    = "tcp"
      from_port   = ingress.key + 1
      to_port     = ingress.key + 1
      cidr_blocks = [ingress.value]
    }
  }
}
