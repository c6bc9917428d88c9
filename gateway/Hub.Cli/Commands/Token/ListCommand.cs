using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;

namespace Hub.Cli.Commands.Token;

internal sealed class ListCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;

    public ListCommand(CommandContext context)
        : base(context, "list", "All tokens by name and role; the secrets are not kept.", "hub token list")
    {
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var tokens = await control.Api.GetTokensAsync(cancellationToken);
        _output.Write(parsed, tokens, TokenTable.Of(tokens, Context.Time).WriteTo);
        return CommandLine.Done;
    }
}
