" Shows .xlog and cache files as text, read-only. Copy it to ~/.vim/plugin/ (Neovim: ~/.config/nvim/plugin/).
augroup imlog
  autocmd!
  autocmd BufReadCmd *.xlog,*.mmap2,*.mmap3 call s:Read(expand('<amatch>'))
augroup END

function! s:Read(path) abort
  silent execute '0read !imlog cat --quiet -- ' . shellescape(a:path, 1)
  silent $delete _
  setlocal buftype=nowrite noswapfile readonly nomodified nomodifiable
  normal! gg
endfunction
