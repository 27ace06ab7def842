# The combinations of options' values: awk -f grid.awk. A line of input is list<tab>OPTION<tab>LIST or path<tab>OPTION<tab>VALUE; a line of
# output is NAME<tab>SETTINGS, the settings as words for a shell. The last option changes fastest.

function refuse(message) {
  print "sweep.sh: " message ": sweep.sh --help tells more" >"/dev/stderr"
  failed = 2
  exit failed
}

function add(value) {
  if (!seen[NR, value]++)
    values[++value_count] = value
}

function add_range(option, range, limits, number) {
  split(range, limits, "-")
  if (limits[1] + 0 > limits[2] + 0)
    refuse(option " " range ": a range rises, as 1-5 does")
  for (number = limits[1] + 0; number <= limits[2] + 0; number++)
    add(number)
}

# A fraction is written in one way: 1e-1 is 0.1.
function add_parts(option, list, separator, parts, count, i) {
  separator = index(list, ":") ? ":" : ","
  count = split(list, parts, separator)
  for (i = 1; i <= count; i++) {
    if (parts[i] ~ /^[0-9]+-[0-9]+$/ && length(parts[i]) < 20)
      add_range(option, parts[i])
    else if (parts[i] ~ /^([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+[eE][-+]?[0-9]+|[0-9]*\.[0-9]+[eE][-+]?[0-9]+)$/)
      add(sprintf("%.15g", parts[i]))
    else if (parts[i] != "")
      add(parts[i])
    else if (i < count || separator == ",")
      refuse(option " " list ": a value is empty")
  }
}

# The text as one word for a shell. No gsub: each awk reads backslashes in its own way.
function quote(text, parts, count, i, word) {
  if (text ~ /^[A-Za-z0-9_.\/,:=@%+-]+$/)
    return text
  count = split(text, parts, "'")
  for (i = 1; i <= count; i++)
    word = word (i > 1 ? "'\\''" : "") parts[i]
  return "'" word "'"
}

# A name for files: what is not of a name's letters becomes _, and then, or where it is long, its end tells it from others.
function name_of(settings, name, sum, i) {
  name = settings
  gsub(/[^A-Za-z0-9.,_-]/, "_", name)
  if (name == settings && length(name) <= 150)
    return name
  for (i = 1; i <= length(settings); i++)
    sum = (sum * 257 + ord[substr(settings, i, 1)]) % 2147483647
  return substr(name, 1, 150) "-" sum
}

BEGIN {
  FS = "\t"
  for (i = 1; i < 256; i++)
    ord[sprintf("%c", i)] = i
  count = 1
}

{
  list = substr($0, length($1) + length($2) + 3)
  value_count = 0
  if ($1 == "path")
    add(list)
  else
    add_parts($2, list)
  sizes = sizes (NR > 1 ? " x " : "") value_count " " substr($2, 3)
  for (i = count; i >= 1; i--)
    for (j = value_count; j >= 1; j--) {
      to = (i - 1) * value_count + j
      names[to] = names[i] (NR > 1 ? "_" : "") substr($2, 3) "-" values[j]
      settings[to] = settings[i] (NR > 1 ? " " : "") $2 " " quote(values[j])
    }
  count *= value_count
}

END {
  if (failed)
    exit failed
  print "sweep.sh: " sizes >"/dev/stderr"
  for (i = 1; i <= count; i++)
    print name_of(names[i]) "\t" settings[i]
}
