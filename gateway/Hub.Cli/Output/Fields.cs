using System.Collections;

namespace Hub.Cli.Output;

/// <summary>One thing's fields, a line each; those that have no value are left out.</summary>
internal sealed class Fields : IEnumerable<(string Name, string Value)>
{
    private readonly List<(string Name, string Value)> _fields = [];

    public void Add(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value) && value != "-")
        {
            _fields.Add((name, value));
        }
    }

    public void WriteTo(TextWriter output)
    {
        var width = _fields.Max(field => field.Name.Length);
        foreach (var (name, value) in _fields)
        {
            output.WriteLine($"{name.PadRight(width)}  {value}");
        }
    }

    public IEnumerator<(string Name, string Value)> GetEnumerator() => _fields.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
