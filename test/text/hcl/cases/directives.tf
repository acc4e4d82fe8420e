a = "%{ if x }yes%{ else }no%{ endif }!"
b = "%{ for k, v in m }${k}=${v} %{ endfor }"
c = <<-EOT
  %{ for ip in ips ~}
  server ${ip}
    %{ if ip == "a" ~}
    first
    %{ endif ~}
  %{ endfor ~}
  EOT
