# Which names of README's table of the book's ideas are no longer defined in their files, or are not reached?
#
#     awk -f unused_names.awk ROWS SOURCE...
#
# ROWS has a line a row: NUMBER FILE NAME ROOT. A name is reached when the functions of ROOT, a source file, mention it, or mention
# what mentions it, and so on: a static name in its own file, any other everywhere. Reads C as clang-format lays it out: what
# stands at the outermost level begins in the first column.

function add_name(name) {
  items_of[file, name] = items_of[file, name] " " item
  if (!is_static || file ~ /\.h$/) items_of["", name] = items_of["", name] " " item
}

# "size_t *rows;" in the braces of a struct names a member.
function add_members(body,    member, count, i) {
  count = split(body, member, ";")
  for (i = 1; i < count; i++) add_name(last_word(member[i]))
}

# The name of what "const float *rows[2]" declares.
function last_word(declared) {
  sub(/[ \t]*(\[.*)?$/, "", declared)
  sub(/^.*[^A-Za-z_0-9]/, "", declared)
  return declared
}

# The name behind a prefix of the text.
function word_after(prefix, name) {
  sub(prefix, "", name)
  sub(/[^A-Za-z_0-9].*/, "", name)
  return name
}

# The item that ends here: one function, type, variable, or macro.
function finish(    head, body, name) {
  if (text == "") return
  item++
  file_of[item] = file
  text_of[item] = text
  items_in[file] = items_in[file] " " item
  is_static = text ~ /^static /
  head = text
  sub(/[={;].*/, "", head)
  body = index(text, "{") ? substr(text, index(text, "{")) : ""
  if (text ~ /^#/) {
    add_name(word_after("^#[ \t]*define ", text))
  } else if (text ~ /^[A-Z_0-9]+\([a-z]/ && body == "") { # UNARY(relu, ...) makes dn_relu
    name = word_after("^[A-Z_0-9]+[(]", text)
    add_name(name)
    add_name("dn_" name)
  } else if (text ~ /^((typedef|static|const) )*(struct|enum|union)[^(;=]*\{/) {
    add_name(last_word(head))
    add_members(body)
    while (match(body, /\}[ \t]*[A-Za-z_0-9]+/)) { # typedef struct { ... } NAME;
      add_name(last_word(substr(body, RSTART, RLENGTH)))
      body = substr(body, RSTART + RLENGTH)
    }
  } else if (!match(head, /[a-z][A-Za-z_0-9]*\(/)) {
    add_name(last_word(head))
  } else if (body != "" || text ~ /^typedef /) {
    add_name(substr(head, RSTART, RLENGTH - 1))
  } else {
    text_of[item] = "" # a function that is only declared
  }
  text = ""
}

# The items that a word in an item stands for: those of its own file come first.
function meant_by(word, item) {
  if ((file_of[item], word) in items_of) return items_of[file_of[item], word]
  return ("", word) in items_of ? items_of["", word] : ""
}

# Mark what the items of a file reach.
function reach_from(root,    queue, first, last, word, words, i, found, finds, j) {
  last = split(items_in[root], queue, " ")
  for (first = 1; first <= last; first++) {
    if ((queue[first], root) in reached) continue
    reached[queue[first], root] = 1
    words = split(text_of[queue[first]], word, /[^A-Za-z_0-9]+/)
    for (i = 1; i <= words; i++) {
      finds = split(meant_by(word[i], queue[first]), found, " ")
      for (j = 1; j <= finds; j++)
        if (!((found[j], root) in reached)) queue[++last] = found[j]
    }
  }
}

function is_reached(file, name, root,    found, finds, j) {
  finds = split(items_of[file, name], found, " ")
  for (j = 1; j <= finds; j++)
    if ((found[j], root) in reached) return 1
  return 0
}

NR == FNR { row[++rows] = $0; next }
FNR == 1 { finish(); file = FILENAME; depth = in_comment = in_macro = 0 }
# extern "C" and its braces hold everything, and are no item.
/^#ifdef __cplusplus/ { for_cplusplus = 1 }
for_cplusplus { if (/^#endif/) for_cplusplus = 0; next }
{
  line = $0
  gsub(/"([^"\\]|\\.)*"/, "\"\"", line)
  gsub(/'([^'\\]|\\.)'/, "0", line)
  if (in_comment) {
    if (!sub(/^.*\*\//, "", line)) next
    in_comment = 0
  }
  gsub(/\/\*([^*]|\*+[^*\/])*\*+\//, " ", line)
  sub(/\/\/.*/, "", line)
  if (sub(/\/\*.*/, "", line)) in_comment = 1
  if (line ~ /^[ \t]*$/) next
  if (depth == 0 && text != "" && !in_macro && line ~ /^[A-Za-z_#]/) finish()
  if (line ~ /^[ \t]*#/ && !in_macro && line !~ /^#[ \t]*define /) next
  if (text == "") text = line; else text = text " " line
  is_macro = in_macro || line ~ /^#[ \t]*define /
  in_macro = is_macro && line ~ /\\$/
  if (is_macro) {
    if (!in_macro) finish()
    next
  }
  depth += gsub(/\{/, "{", line) - gsub(/\}/, "}", line)
  if (depth == 0 && line ~ /[;}][ \t]*$/) finish()
}
END {
  finish()
  for (r = 1; r <= rows; r++) {
    split(row[r], field, " ") # number, file, name, root
    if (!(field[4] in rooted)) reach_from(field[4])
    rooted[field[4]] = 1
    if (!((field[2], field[3]) in items_of))
      print "row " field[1] ": " field[2] " does not define " field[3]
    else if (!is_reached(field[2], field[3], field[4]))
      print "row " field[1] ": " field[4] " does not reach " field[3] " of " field[2]
  }
}
