using System.CommandLine;
using Hub.Cli.Features;

namespace Hub.Cli.Commands.Token;

internal sealed class RevokeCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly Argument<string> _name;

    public RevokeCommand(CommandContext context)
        : base(context, "revoke", "End a token, at once.", "hub token revoke anna")
    {
        _name = Word("NAME", "The token's name.");
        _connection = Enable(new ConnectionFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var name = parsed.GetRequiredValue(_name);
        await control.Api.RevokeTokenAsync(name, cancellationToken);
        Context.Error.WriteLine($"hub: {name}'s token is revoked.");
        return CommandLine.Done;
    }
}
