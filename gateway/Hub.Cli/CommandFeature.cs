using System.CommandLine;

namespace Hub.Cli;

/// <summary>Flags that several commands share. A command is composed of features; it inherits none.</summary>
internal abstract class CommandFeature
{
    public abstract void AddTo(Command command);
}
