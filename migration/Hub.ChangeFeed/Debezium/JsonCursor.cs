using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Hub.ChangeFeed.Debezium;

/// <summary>
/// Walks over JSON once, without tokens for what is passed over: a record is read several times faster than by
/// Utf8JsonReader, and whoever knows which names come next compares bytes.
/// </summary>
/// <remarks>All that is not as expected is a <see cref="FormatException"/> that names the byte.</remarks>
internal ref struct JsonCursor(ReadOnlySpan<byte> text, int at = 0)
{
    private const int MostNested = 512;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly SearchValues<byte> StringStops = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(control => (byte)control), (byte)'"', (byte)'\\']);

    private readonly ReadOnlySpan<byte> _text = text;
    private int _at = at;

    public readonly int At => _at;

    /// <summary>The next byte that is no white space; it stays.</summary>
    public byte Peek()
    {
        while ((uint)_at < (uint)_text.Length)
        {
            var next = _text[_at];
            if (next > (byte)' ')
            {
                return next;
            }

            if (next is not ((byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
            {
                break;
            }

            _at++;
        }

        throw _at < _text.Length ? Broken("no character of JSON") : Broken("the record ends in the middle");
    }

    public bool Take(byte expected)
    {
        if (Peek() != expected)
        {
            return false;
        }

        _at++;
        return true;
    }

    public void Expect(byte expected)
    {
        if (!Take(expected))
        {
            throw Broken($"'{(char)expected}' is expected where '{(char)_text[_at]}' stands");
        }
    }

    /// <summary>Takes these very bytes, where they come next.</summary>
    public bool TakeBytes(ReadOnlySpan<byte> expected)
    {
        if (!_text[_at..].StartsWith(expected))
        {
            return false;
        }

        _at += expected.Length;
        return true;
    }

    public bool TakeNull()
    {
        if (Peek() != (byte)'n')
        {
            return false;
        }

        Literal("null"u8);
        return true;
    }

    public bool Boolean()
    {
        var isTrue = Peek() == (byte)'t';
        Literal(isTrue ? "true"u8 : "false"u8);
        return isTrue;
    }

    /// <summary>The next name of an object with its colon taken, or false at the object's end. <paramref name="first"/> is set false.</summary>
    public bool Name(ref bool first, out Utf8Text name)
    {
        name = default;
        if (Take((byte)'}'))
        {
            return false;
        }

        if (!first)
        {
            Expect((byte)',');
        }

        first = false;
        name = String();
        Expect((byte)':');
        return true;
    }

    public Utf8Text String()
    {
        Expect((byte)'"');
        var from = _at;
        var escaped = false;
        while (true)
        {
            var stop = _text[_at..].IndexOfAny(StringStops);
            if (stop < 0)
            {
                _at = _text.Length;
                throw Broken("the record ends in the middle of a text");
            }

            _at += stop;
            switch (_text[_at])
            {
                case (byte)'"':
                    return new Utf8Text(_text[from.._at++], escaped);
                case (byte)'\\':
                    escaped = true;
                    _at += 2;
                    if (_at > _text.Length)
                    {
                        _at = _text.Length;
                        throw Broken("the record ends in the middle of a text");
                    }

                    break;
                default:
                    throw Broken("a control character stands in a text");
            }
        }
    }

    /// <summary>A number's digits as they stand.</summary>
    public ReadOnlySpan<byte> Number()
    {
        var from = _at = Peek() is var next && (next == (byte)'-' || char.IsAsciiDigit((char)next)) ? _at : throw Broken($"a number is expected where '{(char)next}' stands");
        if (_text[_at] == (byte)'-')
        {
            _at++;
        }

        var whole = _at;
        Digits();
        if (_text[whole] == (byte)'0' && _at > whole + 1)
        {
            throw Broken("a number begins with 0");
        }

        if (_at < _text.Length && _text[_at] == (byte)'.')
        {
            _at++;
            Digits();
        }

        if (_at < _text.Length && _text[_at] is (byte)'e' or (byte)'E')
        {
            _at++;
            if (_at < _text.Length && _text[_at] is (byte)'+' or (byte)'-')
            {
                _at++;
            }

            Digits();
        }

        return _text[from.._at];
    }

    /// <summary>A whole number, null for JSON's null.</summary>
    public long? Whole()
    {
        if (TakeNull())
        {
            return null;
        }

        var at = _at;
        var digits = Number();
        return System.Buffers.Text.Utf8Parser.TryParse(digits, out long whole, out var read) && read == digits.Length
            ? whole
            : throw new FormatException($"at byte {at}: a whole number of 64 bits is expected");
    }

    /// <summary>Passes over a value. What stands in it is not held against all of JSON's rules: it is not read.</summary>
    public void Skip()
    {
        switch (Peek())
        {
            case (byte)'"':
                String();
                return;
            case (byte)'{' or (byte)'[':
                SkipNested();
                return;
            case (byte)'n':
                Literal("null"u8);
                return;
            case (byte)'t' or (byte)'f':
                Boolean();
                return;
            default:
                Number();
                return;
        }
    }

    /// <summary>Goes behind the first of these bytes, where they come.</summary>
    public bool Jump(ReadOnlySpan<byte> ahead)
    {
        var found = _text[_at..].IndexOf(ahead);
        _at += found < 0 ? 0 : found + 1;
        return found >= 0;
    }

    /// <summary>Passes over a value and gives its bytes.</summary>
    public ReadOnlySpan<byte> Raw()
    {
        Peek();
        var from = _at;
        Skip();
        return _text[from.._at];
    }

    /// <summary>Nothing but white space may follow.</summary>
    public void End()
    {
        if (!_text[_at..].Trim(" \n\r\t"u8).IsEmpty)
        {
            throw Broken("something stands behind the record's end");
        }
    }

    public readonly FormatException Broken(string what) => new($"at byte {_at}: {what}");

    private void SkipNested()
    {
        var depth = 0;
        do
        {
            var stop = _text[_at..].IndexOfAny("\"{}[]"u8);
            if (stop < 0)
            {
                _at = _text.Length;
                throw Broken("the record ends in the middle");
            }

            _at += stop;
            switch (_text[_at])
            {
                case (byte)'"':
                    String();
                    break;
                case (byte)'{' or (byte)'[':
                    _at++;
                    depth = depth == MostNested ? throw Broken($"values are nested more than {MostNested} deep") : depth + 1;
                    break;
                default:
                    _at++;
                    depth--;
                    break;
            }
        }
        while (depth > 0);
    }

    private void Digits()
    {
        var from = _at;
        while (_at < _text.Length && (uint)(_text[_at] - '0') <= 9)
        {
            _at++;
        }

        if (_at == from)
        {
            throw Broken("a digit is expected");
        }
    }

    private void Literal(ReadOnlySpan<byte> literal)
    {
        if (!TakeBytes(literal))
        {
            throw Broken("no value of JSON");
        }
    }

    /// <summary>A text as it stands between its quotes.</summary>
    public readonly ref struct Utf8Text(ReadOnlySpan<byte> bytes, bool escaped)
    {
        public ReadOnlySpan<byte> Bytes { get; } = bytes;

        public bool Escaped { get; } = escaped;

        public bool Is(ReadOnlySpan<byte> other) => Escaped ? Unescape() == Encoding.UTF8.GetString(other) : Bytes.SequenceEqual(other);

        /// <summary>The bytes that are meant: a copy where an escape stands in them.</summary>
        public ReadOnlySpan<byte> Meant => Escaped ? Encoding.UTF8.GetBytes(Unescape()) : Bytes;

        public override string ToString() => Escaped ? Unescape() : Strict.GetString(Bytes);

        private string Unescape()
        {
            var quoted = new byte[Bytes.Length + 2];
            quoted[0] = quoted[^1] = (byte)'"';
            Bytes.CopyTo(quoted.AsSpan(1));
            var reader = new Utf8JsonReader(quoted);
            reader.Read();
            return reader.GetString()!;
        }
    }
}
