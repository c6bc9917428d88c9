using System.CommandLine;

namespace Hub.Cli.Features;

/// <summary><c>--port</c> and <c>--control-port</c>.</summary>
internal sealed class PortFeature : CommandFeature
{
    private readonly Option<int> _port = new("--port")
    {
        Description = "The gateway's port on loopback (default 8080; 0 takes a free one).",
        HelpName = "PORT",
        DefaultValueFactory = _ => 8080,
    };

    private readonly Option<int> _controlPort = new("--control-port")
    {
        Description = "Control's port on loopback (default 8081; 0 takes a free one).",
        HelpName = "PORT",
        DefaultValueFactory = _ => 8081,
    };

    public override void AddTo(Command command)
    {
        command.Add(_port);
        command.Add(_controlPort);
    }

    public (int Port, int ControlPort) Ports(ParseResult parsed)
    {
        var (port, control) = (parsed.GetValue(_port), parsed.GetValue(_controlPort));
        foreach (var (flag, value) in new[] { ("--port", port), ("--control-port", control) })
        {
            if (value is < 0 or > 65535)
            {
                throw new UsageException($"{flag} {value} is no port: 0 to 65535.");
            }
        }

        return port == control && port != 0
            ? throw new UsageException($"--port and --control-port are both {port}; give them different ones.")
            : (port, control);
    }
}
