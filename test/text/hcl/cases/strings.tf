a = ""
b = "plain text # no comment"
c = "tab\t newline\n return\r quote\" backslash\\ é \u00e9 \U0001F600"
d = "100% $5 $$ %% $${x} %%{y} $"
