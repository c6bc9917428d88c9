using System.CommandLine;
using Hub.Cli.Output;

namespace Hub.Cli.Commands.Docs;

/// <summary>Prints docs/cli.md: <c>dotnet run --project gateway/Hub.Cli -- docs cli &gt; docs/cli.md</c>.</summary>
internal sealed class CliCommand : HubCommand
{
    public CliCommand(CommandContext context)
        : base(context, "cli", "Print the reference of all commands as Markdown.")
    {
    }

    protected override Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        MarkdownReference.Write(Context.Output, parsed.RootCommandResult.Command);
        return Task.FromResult(CommandLine.Done);
    }
}
