using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Key;

internal sealed class RotateCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Option<bool> _compromised;
    private readonly Option<string> _reason;

    public RotateCommand(CommandContext context)
        : base(context, "rotate", "Let the next key sign identities from now on. The old one stays published until its tokens have ended.",
            "hub key rotate", "hub key rotate --compromised --reason \"a backup was stolen\"")
    {
        _compromised = Flag<bool>("--compromised", "Draw all keys anew and publish the old ones no longer: tokens that they signed end at once.");
        _reason = Flag<string>("--reason", "Why; it stays in the audit trail.", "TEXT");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var keys = await control.Api.RotateKeyAsync(
            new RotateKey(parsed.GetValue(_compromised), parsed.GetValue(_reason)), cancellationToken);
        _output.Write(parsed, keys, KeyTable.Of(keys, Context.Time).WriteTo);
        return CommandLine.Done;
    }
}
