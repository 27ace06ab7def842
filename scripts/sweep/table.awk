# What a sweep reached, a row for each setting: awk -v form=tsv|markdown|json -f table.awk jobs -, in the sweep's folder. Reads the list of
# trainings, what `digitnet info --json` says of their models on standard input, and their summaries and logs.

# The text or the number that a JSON object of digitnet has for a key; nothing where it has none.
function field(object, key) {
  if (match(object, "\"" key "\":\"[^\"]*\""))
    return substr(object, RSTART + length(key) + 4, RLENGTH - length(key) - 5)
  if (match(object, "\"" key "\":[-+.0-9eE]+"))
    return substr(object, RSTART + length(key) + 3, RLENGTH - length(key) - 3)
  return ""
}

# The seconds of a training: the summary has those after the last interruption, the log those of all whole epochs.
function seconds_of(name, line, sum, last) {
  while ((getline line <(name ".log")) > 0)
    sum += field(line, "seconds")
  while ((getline line <(name ".json")) > 0)
    last = field(line, "seconds")
  close(name ".log")
  close(name ".json")
  return sum > last + 0 ? sum : last + 0
}

# One value of a setting: a column is shown where it was given, or differs.
function set_value(row, option, value) {
  if (!(option in first)) {
    columns[++column_count] = option
    first[option] = value
  }
  value_of[row, option] = value
  if (first[option] != value)
    differs[option]
}

# The numbers' lowest, middle and highest are low, median and high; how many there are.
function spread(numbers, value, count, i, j, moved) {
  count = split(numbers, value, " ")
  for (i = 2; i <= count; i++) {
    moved = value[i]
    for (j = i - 1; j >= 1 && value[j] + 0 > moved + 0; j--)
      value[j + 1] = value[j]
    value[j + 1] = moved
  }
  low = value[1]
  high = value[count]
  median = count % 2 ? value[(count + 1) / 2] : sprintf("%.9g", (value[count / 2] + value[count / 2 + 1]) / 2)
  return count
}

function json_value(text) {
  if (text ~ /^(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$/)
    return text
  gsub(/[\\"]/, "\\\\&", text)
  return "\"" text "\""
}

# A cell of the header and of a row, in the form that is wanted.
function add(name, value) {
  if (form == "json") {
    gsub(/-/, "_", name)
    row_text = row_text (row_text == "" ? "{" : ",") "\"" name "\":" (value == "" ? "null" : json_value(value))
    return
  }
  head = head (head == "" ? "" : middle) name
  row_text = row_text (row_text == "" ? "" : middle) (value == "" ? "-" : value)
  rule = rule "| --- "
}

function add_accuracy(title, key, numbers, is_there) {
  is_there = spread(numbers)
  if (form == "markdown") {
    add(title " accuracy, %", is_there ? sprintf("%.2f (%.2f-%.2f)", 100 * median, 100 * low, 100 * high) : "")
    return
  }
  add(key "_accuracy", is_there ? median : "")
  add(key "_accuracy_lowest", is_there ? low : "")
  add(key "_accuracy_highest", is_there ? high : "")
}

BEGIN {
  middle = form == "markdown" ? " | " : "\t"
}

FILENAME == "jobs" {
  split($0, parts, "\t")
  count = split(parts[2], word, " ")
  for (i = 1; i <= count; i++)
    if (word[i] ~ /^--[a-z-]+$/)
      given[substr(word[i], 3)]
  if (match($0, /--data .*/)) {
    data = substr($0, RSTART + 7)
    sub(/ --(dropout|[e-z]).*/, "", data) # options stand in alphabetical order
    data_of[parts[1]] = data
  }
  next
}

{
  name = field($0, "path")
  sub(/\.safetensors$/, "", name)
  settings = field($0, "arguments")
  count = split(settings, word, " ")
  sub(/ --seed [0-9]+/, "", settings)
  settings = settings " " field($0, "data_sha256") " " field($0, "parent_sha256")
  seed = field($0, "seed")
  if ((settings, seed) in seeds)
    next
  seeds[settings, seed]
  if (!(settings in row_of)) {
    row_of[settings] = ++row_count
    for (i = 1; i < count; i += 2)
      if (word[i] != "--seed")
        set_value(row_count, substr(word[i], 3), word[i + 1])
    set_value(row_count, "data", data_of[name])
  }
  row = row_of[settings]
  seed_count[row]++
  valid[row] = valid[row] " " field($0, "valid_accuracy")
  test[row] = test[row] " " field($0, "test_accuracy")
  seconds[row] = seconds[row] " " seconds_of(name)
}

END {
  for (row = 1; row <= row_count; row++) {
    head = row_text = rule = ""
    for (i = 1; i <= column_count; i++)
      if (columns[i] in differs || columns[i] in given)
        add(columns[i], value_of[row, columns[i]])
    add("seeds", seed_count[row])
    add_accuracy("held-out", "valid", valid[row])
    add_accuracy("test", "test", test[row])
    spread(seconds[row])
    add("seconds", form == "markdown" ? sprintf("%.2f", median) : median)
    if (row == 1 && form == "markdown")
      print "| " head " |\n" rule "|"
    else if (row == 1 && form == "tsv")
      print head
    print (form == "markdown" ? "| " row_text " |" : row_text (form == "json" ? "}" : ""))
  }
}
