using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;

namespace Hub.Cli.Commands.Key;

internal sealed class ListCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;

    public ListCommand(CommandContext context)
        : base(context, "list", "The keys that New validates customers' identities by: which signs, which is next.", "hub key list")
    {
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var keys = await control.Api.GetKeysAsync(cancellationToken);
        _output.Write(parsed, keys, KeyTable.Of(keys, Context.Time).WriteTo);
        return CommandLine.Done;
    }
}
