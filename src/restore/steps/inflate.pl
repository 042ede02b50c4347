# Decompresses gzip as unpack.rs says, in one process: gzip with its pipes takes twice the processor's time.
# Arguments: name of the parts, name of the files, list of lengths, name of the mark, perhaps user and group of the files.
use strict;
use Compress::Raw::Zlib;

my $BLOCK = 262144;
my ($parts, $files, $cuts, $mark, @owner) = @ARGV;
my ($number, $total, $left, $out) = (0, 0, 0, undef);

sub check { $_[0] or die("$_[1]: $!\n") }

sub begin_file {
  my $length = <CUTS>;
  die("more text than expected\n") unless defined($length);
  $left = $length + 0;
  $number++;
  check(open($out, ">:raw", sprintf("%s.%05d.part", $files, $number)), "create a file");
}

sub end_file {
  my $file = sprintf("%s.%05d", $files, $number);
  check(close($out), "write $file");
  # Where it is not allowed the server reads nothing itself.
  chown(@owner, "$file.part") if @owner;
  check(rename("$file.part", $file), "name $file");
  undef($out);
  print("$number\n");
}

sub write_text {
  my ($at, $end) = (0, length(${$_[0]}));
  $total += $end;
  while ($at < $end) {
    begin_file() unless $out;
    my $done = syswrite($out, ${$_[0]}, $end - $at < $left ? $end - $at : $left, $at);
    check($done, "write a file");
    $at += $done;
    $left -= $done;
    end_file() if $left == 0;
  }
}

# A file may be several streams, one after the other.
my $stream;
sub inflate {
  my ($stored, $text, $status) = ($_[0], "", undef);
  while (length(${$stored})) {
    $stream ||= Compress::Raw::Zlib::Inflate->new(-WindowBits => WANT_GZIP, -Bufsize => 4 * $BLOCK, -LimitOutput => 1);
    do {
      $status = $stream->inflate($stored, \$text);
      write_text(\$text);
    } while ($status == Z_BUF_ERROR and length($text));
    die("it is damaged: $status\n") unless $status == Z_OK or $status == Z_BUF_ERROR or $status == Z_STREAM_END;
    undef($stream) if $status == Z_STREAM_END;
  }
}

sub finish {
  die("it is cut short\n") if $stream or $out;
  die("less text than expected\n") if defined(<CUTS>);
  check(open(my $said, ">", $mark), $mark);
  print({$said} "$total\n");
  check(close($said), $mark);
}

sub run {
  $| = 1;
  check(open(CUTS, "<", $cuts), $cuts);
  while (my $part = <STDIN>) {
    return finish() if $part eq "end\n";
    my ($stored, $read) = ("", 0);
    check(open(my $file, "<:raw", sprintf("%s.%05d", $parts, $part)), "open part $part");
    while ($read = sysread($file, $stored, $BLOCK)) {
      die("it was asked to end\n") unless -e "pid";
      inflate(\$stored);
    }
    check(defined($read), "read part $part");
  }
  die("nobody said that this was all\n");
}

# Never by another code: see the head of unpack.rs.
eval { run(); 1 } or do { print(STDERR $@); exit(1) };
