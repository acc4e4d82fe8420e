-- One session of Neovim (0.7 or newer) with the language server, without a screen: opens a file, waits for findings, applies the fix
-- whose title has the words `wanted`, waits until the finding is gone, and saves. The task is JSON in the file $SESSION.
local task = vim.fn.json_decode(vim.fn.readfile(vim.env.SESSION))
local seen = { before = {}, hover = '', titles = {}, after = {} }

local function findings(buffer)
  local all = {}
  for _, found in ipairs(vim.diagnostic.get(buffer)) do
    table.insert(all, { line = found.lnum + 1, code = found.code, message = found.message })
  end
  return all
end

local function session()
  vim.cmd('edit ' .. vim.fn.fnameescape(task.file))
  local buffer = vim.api.nvim_get_current_buf()
  vim.bo[buffer].filetype = 'nftables'
  local ready = false
  local id = vim.lsp.start_client({
    name = 'veeam_ports',
    cmd = task.command,
    root_dir = vim.fn.fnamemodify(task.file, ':h'),
    init_options = task.settings, -- 0.7 cannot be asked for its settings
    on_init = function() ready = true end,
  })
  vim.lsp.buf_attach_client(buffer, id)
  assert(vim.wait(20000, function() return ready end, 20), 'the server did not start')
  assert(vim.wait(20000, function() return #vim.diagnostic.get(buffer) > 0 end, 20), 'no diagnostics came')
  seen.before = findings(buffer)

  local document = vim.lsp.util.make_text_document_params(buffer)
  local function ask(method, params)
    local answers = assert(vim.lsp.buf_request_sync(buffer, method, params, 20000))
    local answer = answers[id]
    assert(not answer.err, vim.inspect(answer.err))
    return answer.result
  end

  local marked
  for _, found in ipairs(vim.diagnostic.get(buffer)) do
    if found.message:find(task.wanted, 1, true) then marked = found end
  end
  assert(marked, 'no finding names ' .. task.wanted)
  local start = { line = marked.lnum, character = marked.col }
  seen.hover = ask('textDocument/hover', { textDocument = document, position = start }).contents.value
  -- What vim.lsp.buf.code_action sends: the findings of the cursor's line, as the server gave them.
  local actions = ask('textDocument/codeAction', {
    textDocument = document,
    range = { start = start, ['end'] = { line = marked.end_lnum, character = marked.end_col } },
    context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics(buffer, marked.lnum) },
  })
  local chosen
  for _, action in ipairs(actions) do
    table.insert(seen.titles, action.title)
    if not chosen and action.title:find(task.wanted, 1, true) then chosen = action end
  end
  assert(chosen, 'no action names ' .. task.wanted)
  if not chosen.edit then chosen = ask('codeAction/resolve', chosen) end
  vim.lsp.util.apply_workspace_edit(chosen.edit, vim.lsp.get_client_by_id(id).offset_encoding)
  assert(vim.wait(20000, function()
    for _, found in ipairs(vim.diagnostic.get(buffer)) do
      if found.message:find(task.wanted, 1, true) then return false end
    end
    return true
  end, 20), 'the finding stayed')
  seen.after = findings(buffer)
  vim.cmd('silent write')
  vim.lsp.stop_client(id)
end

local worked, problem = pcall(session)
if not worked then seen.problem = tostring(problem) end
vim.fn.writefile({ vim.fn.json_encode(seen) }, task.report)
vim.cmd('qall!')
