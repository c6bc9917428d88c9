using System.CommandLine;

namespace Hub.Cli;

/// <summary>
/// A command of <c>hub</c>. Its name, help and flags are what parsing, <c>--help</c> and docs/cli.md are made of, so adding
/// a command touches one file and the list in <see cref="CommandTree"/>.
/// </summary>
internal abstract class HubCommand : Command
{
    /// <param name="examples">Whole command lines, for docs/cli.md.</param>
    protected HubCommand(CommandContext context, string name, string description, params string[] examples)
        : base(name, description)
    {
        Context = context;
        Examples = examples;
        SetAction(RunAsync);
    }

    public IReadOnlyList<string> Examples { get; }

    protected CommandContext Context { get; }

    protected TFeature Enable<TFeature>(TFeature feature)
        where TFeature : CommandFeature
    {
        feature.AddTo(this);
        return feature;
    }

    protected Option<T> Flag<T>(string name, string description, string? value = null)
    {
        var option = new Option<T>(name) { Description = description, HelpName = value };
        Add(option);
        return option;
    }

    protected Argument<string> Word(string name, string description, bool optional = false)
    {
        var argument = new Argument<string>(name) { Description = description };
        if (optional)
        {
            argument.Arity = ArgumentArity.ZeroOrOne;
        }

        Add(argument);
        return argument;
    }

    /// <returns>0 done, 1 refused or failed.</returns>
    /// <exception cref="UsageException">The flags do not fit together: 2.</exception>
    protected abstract Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken);
}
