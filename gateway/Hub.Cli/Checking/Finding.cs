using Hub.Configuration;

namespace Hub.Cli.Checking;

/// <summary>Something that <c>hub check</c> has to say of a config.</summary>
internal sealed record Finding(Severity Severity, ConfigProblem Problem)
{
    public static Finding Error(ConfigProblem problem) => new(Severity.Error, problem);

    public static Finding Warning(ConfigNode root, string path, string what, string why, string fix) =>
        new(Severity.Warning, new ConfigProblem(path, root.Nearest(path).Line, what, why, fix));

    public static Finding Note(ConfigNode root, string path, string what, string why, string fix) =>
        new(Severity.Note, new ConfigProblem(path, root.Nearest(path).Line, what, why, fix));
}

internal enum Severity
{
    /// <summary>The config is refused.</summary>
    Error,

    /// <summary>It serves, and something will not go as one thinks.</summary>
    Warning,

    /// <summary>Good to know.</summary>
    Note,
}
