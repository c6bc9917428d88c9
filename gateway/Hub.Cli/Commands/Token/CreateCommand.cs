using System.CommandLine;
using Hub.Cli.Features;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Token;

internal sealed class CreateCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Option<string> _name;
    private readonly Option<string> _role;

    public CreateCommand(CommandContext context)
        : base(context, "create", "Make a token. It is printed once; control keeps only a hash.",
            "hub token create --name anna --role operator")
    {
        _name = Flag<string>("--name", "Whose it is; it stands in the audit trail.", "NAME");
        _name.Required = true;
        _role = Flag<string>("--role", "viewer looks; operator shifts, rolls back and freezes; admin applies and makes tokens; plane is a plane's.");
        _role.Required = true;
        _role.AcceptOnlyFromAmong("viewer", "operator", "admin", "plane");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        // The connection's own --token is who asks; the new one is the answer.
        using var control = _connection.Connect(parsed);
        var created = await control.Api.CreateTokenAsync(
            new CreateToken(parsed.GetRequiredValue(_name), parsed.GetRequiredValue(_role)), cancellationToken);
        _output.Write(parsed, created, output => output.WriteLine(created.Token));
        Context.Error.WriteLine($"hub: this is {created.Name}'s token ({created.Role}); it is shown only now.");
        return CommandLine.Done;
    }
}
