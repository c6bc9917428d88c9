namespace Hub.Architecture.Tests;

/// <summary>Who may know whom (docs/concepts.md). A new arrow is a decision: change the table and write the page.</summary>
public sealed class ArrowTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Hub.Configuration"] = [],
        ["Hub.Storage"] = [],
        ["Hub.Control.Protocol"] = [],
        ["Hub.Placement"] = ["Hub.Configuration"],
        ["Hub.Planes"] = ["Hub.Control.Protocol"],
        ["Hub.Gateway"] = ["Hub.Placement", "Hub.Control.Protocol", "Hub.Configuration", "Hub.Planes", "Hub.Storage"],
        ["Hub.Control"] = ["Hub.Placement", "Hub.Control.Protocol", "Hub.Configuration", "Hub.Storage"],
        ["Hub.Town"] = ["Hub.Storage"],
        ["Hub.Bus.NServiceBus"] = ["Hub.Processes"],
        ["Hub.Bus.Rebus"] = ["Hub.Processes"],
        ["Hub.Commerce"] = [],
        ["Hub.Orders"] = ["Hub.Commerce"],
        ["Hub.Processes"] = ["Hub.Storage"],
        ["Hub.Connectors"] = ["Hub.Commerce", "Hub.Configuration"],
        ["Hub.Connectors.Testing"] = ["Hub.Connectors"],
        ["Hub.Connectors.Amazon"] = ["Hub.Connectors"],
        ["Hub.Connectors.ShipEngine"] = ["Hub.Connectors"],
        ["Hub.Connectors.Shopify"] = ["Hub.Connectors"],
        ["Hub.Connectors.Ups"] = ["Hub.Connectors"],
        ["Hub.Connectors.BusinessCentral"] = ["Hub.Connectors"],
        ["Hub.Connectors.HubSpot"] = ["Hub.Connectors"],
        ["Hub.Connectors.Town"] = ["Hub.Connectors"],
        ["Hub.Connectors.Tryton"] = ["Hub.Connectors"],
        ["Hub.Connectors.Xero"] = ["Hub.Connectors"],
        ["Hub.Adapters"] =
        [
            "Hub.Orders", "Hub.Processes", "Hub.Connectors", "Hub.Connectors.Amazon", "Hub.Connectors.BusinessCentral", "Hub.Connectors.HubSpot",
            "Hub.Connectors.ShipEngine", "Hub.Connectors.Shopify", "Hub.Connectors.Town", "Hub.Connectors.Tryton", "Hub.Connectors.Ups", "Hub.Connectors.Xero",
            "Hub.Control.Protocol", "Hub.Configuration", "Hub.Planes", "Hub.Storage",
        ],
        ["Hub.ChangeFeed"] = [],
        ["Hub.Migration"] = ["Hub.ChangeFeed", "Hub.Control.Protocol", "Hub.Configuration", "Hub.Planes", "Hub.Storage"],
        ["Hub.Templates"] = [],
        ["Hub.Cli"] = ["Hub.Bus.Rebus", "Hub.Gateway", "Hub.Control", "Hub.Town", "Hub.Adapters", "Hub.Migration"],
    };

    [Fact]
    public void Arrows_EveryProject_KnowsOnlyWhomItMay()
    {
        var wrong = House.Arrows()
            .Where(project => !project.Key.EndsWith(".Tests", StringComparison.Ordinal))
            .Where(project => project.Key is not ("Hub.Acceptance" or "Hub.Benchmarks" or "Hub.Fuzz" or "Hub.Running" or "Hub.Servers"))
            .SelectMany(project => project.Value
                .Except(Allowed.GetValueOrDefault(project.Key) ?? [])
                .Select(other => $"{project.Key} -> {other}"));

        Assert.Empty(wrong);
    }

    [Fact]
    public void Arrows_EveryProject_IsInTheTable() =>
        Assert.Equal(
            Allowed.Keys.Order(StringComparer.Ordinal),
            House.Arrows().Keys.Where(name =>
                !name.EndsWith(".Tests", StringComparison.Ordinal) && name is not ("Hub.Acceptance" or "Hub.Benchmarks" or "Hub.Fuzz" or "Hub.Running" or "Hub.Servers")));

    [Fact]
    public void Arrows_Cli_IsKnownByTestsOnly()
    {
        var knowing = House.Arrows().Where(project => project.Value.Contains("Hub.Cli")).Select(project => project.Key);

        Assert.All(knowing, name => Assert.True(
            name is "Hub.Acceptance" or "Hub.Benchmarks" or "Hub.Fuzz" or "Hub.Running" or "Hub.Cli.Tests" or "Hub.Templates.Tests", $"{name} knows Hub.Cli"));
    }

    [Fact]
    public void Arrows_EveryProject_IsInTheSolution()
    {
        var solution = House.Read("Hub.sln");

        // The binding to NServiceBus is built where the feed has it.
        Assert.All(House.Arrows().Keys.Where(name => name != "Hub.Bus.NServiceBus"), name => Assert.Contains($"\"{name}\"", solution, StringComparison.Ordinal));
    }
}
