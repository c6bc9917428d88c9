namespace Hub.Cli;

/// <summary>What a command has of the world around it: where to write, the environment's variables, the clock, the current folder.</summary>
/// <param name="Output">STDOUT: data and nothing else.</param>
/// <param name="Error">STDERR: words.</param>
/// <param name="Variable">An environment variable, null where it isn't set.</param>
internal sealed record CommandContext(
    TextWriter Output, TextWriter Error, Func<string, string?> Variable, TimeProvider Time, string Folder)
{
    /// <summary>A path as the person gave it, seen from the current folder.</summary>
    public string FullPath(string path) => Path.GetFullPath(path, Folder);
}
