# What zsh offers for a line, one a line.
#   zsh -f zsh-offers.zsh FOLDER SCRIPT LINE    FOLDER: of the Debian packages of zsh; SCRIPT: to be read first
folder=$1 script=$2 line=$3
modules=($folder/usr/lib/*/zsh/*(/N))
module_path=($modules)
zmodload zsh/zpty
zpty shell "env -i TERM=dumb HOME=$HOME ZDOTDIR=/nonexistent $folder/bin/zsh -f -i"
zpty -w shell "module_path=($modules); fpath=($folder/usr/share/zsh/functions/**/*(/N)); PROMPT=; setopt zle"
zpty -w shell "autoload -U compinit; compinit -u -D; source ${(q)script}"
# What would be shown is told on lines of its own.
zpty -w shell 'compadd() {
  [[ "$*" == *-[OAD]* ]] && { builtin compadd "$@"; return }
  local -a offered
  builtin compadd -O offered "$@"
  (( $#offered )) && print -r -- && print -rl -- "<"${^offered}">"
  builtin compadd "$@"
}'
zpty -w shell 'ended() { print; print EN""D; zle kill-buffer; zle accept-line }; zle -N ended; bindkey "^I" complete-word "^X" ended'
zpty -w shell 'print REA""DY'
zpty -r shell said '*READY*'
zpty -w -n shell "$line"$'\t\x18'
zpty -r shell said '*END*'
print -r -- $said | tr -d '\r' | sed -n 's/^<\(.*\)>$/\1/p' | sort -u
zpty -d shell
