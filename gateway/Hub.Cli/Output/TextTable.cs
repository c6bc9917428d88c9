namespace Hub.Cli.Output;

/// <summary>Rows in columns, two blanks between them: plain text that grep and awk like.</summary>
internal sealed class TextTable(params string[] heads)
{
    private readonly List<string[]> _rows = [heads];

    public bool IsEmpty => _rows.Count == 1;

    public TextTable Add(params string?[] cells)
    {
        // A cell is one line, whatever an error text of another system holds.
        _rows.Add([.. cells.Select(cell => string.IsNullOrEmpty(cell) ? "-" : cell.ReplaceLineEndings(" "))]);
        return this;
    }

    public void WriteTo(TextWriter output) => WriteTo(output, "");

    public void WriteTo(TextWriter output, string indent)
    {
        var widths = heads.Select((_, column) => _rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in _rows)
        {
            var line = string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column])));
            output.WriteLine(indent + line.TrimEnd());
        }
    }
}
