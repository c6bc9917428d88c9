using System.Text.Json;
using Hub.Cli.Running;
using NJsonSchema;

namespace Hub.Cli.Tests.Deploying;

/// <summary>docker-compose.yml, which CI can't start, held against the Compose specification and against what the hub itself takes.</summary>
public sealed class ComposeFileTests
{
    [Fact]
    public async Task ComposeFile_Specification_HasNothingAgainstIt()
    {
        var schema = await JsonSchema.FromFileAsync(Checkout.Spec("compose/compose-spec.json"), TestContext.Current.CancellationToken);
        var text = (await ComposeFile.ReadAsync()).GetRawText();

        Assert.Empty(schema.Validate(text));
        Assert.NotEmpty(schema.Validate(text.Replace("\"healthcheck\"", "\"healthchek\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task ComposeFile_HubsCommands_AreParsed()
    {
        using var hand = new Hand();
        var commands = CommandTree.Create(new CommandContext(TextWriter.Null, TextWriter.Null, _ => null, hand.Time, hand.Folder));
        var ours = (await ServicesAsync()).Where(service => service.Value.Text("image")!.StartsWith("hub:", StringComparison.Ordinal)).ToList();

        Assert.All(HubRoles.All, role => Assert.Contains(role.Name(), ours.Select(service => service.Name)));
        foreach (var service in ours)
        {
            Assert.Empty(commands.Parse([.. service.Value.Texts("command")]).Errors.Select(error => $"{service.Name}: {error.Message}"));
            Assert.Equal("never", service.Value.Text("pull_policy"));
        }

        var project = await Checkout.ReadAsync("gateway/Hub.Cli/Hub.Cli.csproj");
        Assert.Contains("<ContainerRepository>hub</ContainerRepository>", project, StringComparison.Ordinal);
        var version = typeof(CommandTree).Assembly.GetName().Version!.ToString(3);
        Assert.All(ours, service => Assert.Equal($"hub:{version}", service.Value.Text("image")));
    }

    [Fact]
    public async Task ComposeFile_PartsThatAreNamed_AreThere()
    {
        var file = await ComposeFile.ReadAsync();
        var services = (await ServicesAsync()).ToDictionary(service => service.Name, service => service.Value);
        var (volumes, secrets) = (file.Members("volumes").Select(volume => volume.Name).ToHashSet(), file.Members("secrets").Select(secret => secret.Name).ToHashSet());
        foreach (var (name, service) in services)
        {
            Assert.Matches("^[a-z0-9./-]+:[A-Za-z0-9.]+$", service.Text("image"));
            Assert.DoesNotContain(":latest", service.Text("image"), StringComparison.Ordinal);
            Assert.All(service.Members("depends_on"), other => Assert.Contains(other.Name, services.Keys));
            Assert.All(service.Texts("secrets"), secret => Assert.Contains(secret, secrets));
            foreach (var (from, to, mode) in service.Texts("volumes").Select(volume => volume.Split(':')).Select(parts => (parts[0], parts[1], parts.ElementAtOrDefault(2))))
            {
                Assert.StartsWith("/", to, StringComparison.Ordinal);
                if (from.StartsWith('.'))
                {
                    Assert.True(File.Exists(Checkout.File(from)), $"{name} mounts {from}, which is not there");
                    Assert.Equal("ro", mode);
                }
                else
                {
                    Assert.Contains(from, volumes);
                }
            }

            // Waiting for a service that says nothing of its health would wait for ever.
            Assert.All(
                service.Members("depends_on").Where(other => other.Value.Text("condition") == "service_healthy"),
                other => Assert.True(services[other.Name].TryGetProperty("healthcheck", out _), $"{other.Name} has no healthcheck"));
            if (service.Text("network_mode") is { } mode2)
            {
                Assert.Contains(mode2["service:".Length..], services.Keys);
                Assert.False(service.TryGetProperty("ports", out _), $"{name} shares a network and can publish nothing");
            }
        }
    }

    [Fact]
    public async Task ComposeFile_PortsAndSecrets_AreOpenToNobodyElse()
    {
        var services = await ServicesAsync();
        var ports = services.SelectMany(service => service.Value.Texts("ports")).ToList();

        Assert.All(ports, port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));
        Assert.Equal(ports.Count, ports.Select(port => port.Split(':')[1]).Distinct().Count());
        Assert.All((await ComposeFile.ReadAsync()).Members("secrets"), secret => Assert.NotNull(secret.Value.Text("environment")));
        foreach (var service in services)
        {
            Assert.All(
                service.Value.Members("environment").Where(variable => variable.Name.Contains("PASSWORD", StringComparison.Ordinal)),
                variable => Assert.StartsWith("/run/secrets/", variable.Value.ToString(), StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task ComposeFile_MountedConfig_PassesTheCheckOfItsFile()
    {
        using var hand = new Hand();
        var check = await hand.TypeAsync("check", "--offline", "-c", Checkout.File("deploy/hub.json"));

        Assert.Equal((0, ""), (check.ExitCode, check.Output));
        Assert.Contains("0 errors, 0 warnings", check.Error, StringComparison.Ordinal);
        // The ports of the town, and the hosts of the databases, are those of the file.
        var names = (await ServicesAsync()).Select(service => service.Name).ToHashSet();
        var config = JsonDocument.Parse(await Checkout.ReadAsync("deploy/hub.json"), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip }).RootElement.ToString();
        foreach (var host in (string[])["Host=legacy-db;", "Host=new-db;", "kafka:9092", "http://connect:8083"])
        {
            Assert.Contains(host, config, StringComparison.Ordinal);
            Assert.Contains(host.Replace("Host=", "", StringComparison.Ordinal).Replace("http://", "", StringComparison.Ordinal).Split(':', ';')[0], names);
        }
    }

    private static async Task<List<JsonProperty>> ServicesAsync() => [.. (await ComposeFile.ReadAsync()).Members("services")];
}
