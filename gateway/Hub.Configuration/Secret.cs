namespace Hub.Configuration;

/// <summary>
/// A secret that the config only points at: <c>env:ERP_TOKEN</c> or <c>file:/run/secrets/erp</c>. A literal is refused,
/// so that none can be committed with the file; and it prints as <c>***</c>, so that none can reach a log.
/// </summary>
public readonly record struct Secret
{
    private readonly string? _source;

    private Secret(string source) => _source = source;

    public bool IsEmpty => _source is null;

    /// <summary>Reads the source; it says nothing about whether the variable or the file exists.</summary>
    public static bool TryParse(string? text, out Secret secret)
    {
        var valid = text is not null
            && (text.StartsWith("env:", StringComparison.Ordinal) || text.StartsWith("file:", StringComparison.Ordinal));
        secret = valid ? new Secret(text!) : default;
        return valid;
    }

    /// <summary>The file that it points at; null where it is none or a variable.</summary>
    public string? File => _source?.StartsWith("file:", StringComparison.Ordinal) == true ? _source[5..] : null;

    /// <summary>The environment variable that it points at; null where it is none or a file.</summary>
    public string? Variable => _source?.StartsWith("env:", StringComparison.Ordinal) == true ? _source[4..] : null;

    /// <summary>The secret itself, read now, without surrounding white space.</summary>
    /// <exception cref="InvalidOperationException">The variable or file does not exist; the message names it.</exception>
    public string Reveal()
    {
        if (_source is null)
        {
            throw new InvalidOperationException("No secret is configured.");
        }

        if (_source.StartsWith("env:", StringComparison.Ordinal))
        {
            return Environment.GetEnvironmentVariable(_source[4..])?.Trim()
                ?? throw new InvalidOperationException($"The environment variable {_source[4..]} holds the secret and is not set.");
        }

        var file = _source[5..];
        return System.IO.File.Exists(file)
            ? System.IO.File.ReadAllText(file).Trim()
            : throw new InvalidOperationException($"The file {file} holds the secret and does not exist.");
    }

    public override string ToString() => IsEmpty ? "" : "***";
}
