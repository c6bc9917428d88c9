using System.Buffers.Binary;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Hub.Running;
using Hub.Town;

namespace Hub.Templates.Tests;

/// <summary>docs/connectors/write-one.md, typed word by word; then what goes wrong with what came of it.</summary>
public sealed class ConnectorTemplateTests(ConnectorTemplateTests.Page page) : IClassFixture<ConnectorTemplateTests.Page>
{
    /// <summary>The page's commands, run once.</summary>
    public sealed class Page : IAsyncLifetime
    {
        public Workshop Workshop { get; } = new();

        public (int ExitCode, string Output) Said { get; private set; }

        public async ValueTask InitializeAsync() => Said = await Workshop.RunAsync(Workshop.CommandsOf("docs/connectors/write-one.md"));

        public ValueTask DisposeAsync()
        {
            Workshop.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private Workshop Workshop => page.Workshop;

    [Fact]
    public void Page_TypedFromNothing_GivesAConnectorThatPassesItsSuiteAndIsKnownToCheck()
    {
        Assert.True(page.Said.ExitCode == 0, page.Said.Output);
        Assert.DoesNotContain(": warning", page.Said.Output, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("failed: 0", page.Said.Output, StringComparison.Ordinal);
        Assert.Contains("hub.json: 0 errors, 0 warnings", page.Said.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_TypedFromNothing_LeavesNoOtherName() => Assert.DoesNotContain(
        Directory.EnumerateFiles(Workshop.In("Acme"), "*", SearchOption.AllDirectories).Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)),
        file => file.Contains("Contoso", StringComparison.Ordinal) || File.ReadAllText(file).Contains("contoso", StringComparison.OrdinalIgnoreCase)
            || File.ReadAllText(file).Contains("-of-the-config", StringComparison.Ordinal) || File.ReadAllText(file).Contains("folder-of-packages", StringComparison.Ordinal));

    [Fact]
    public async Task Run_FolderOfConnectors_HasTheConnector()
    {
        var port = FreePorts.Draw();
        using var hub = ChildProcess.Hub(
            new Dictionary<string, string> { ["ACME_TOKEN"] = "secret" },
            "run", "--roles", "control,adapters", "-c", Workshop.In("hub.json"), "--data", Workshop.In("data"), "--control-port", $"{port}", "--connectors", Workshop.In("connectors"));
        await hub.SaysAsync("adapters http");

        await Eventually.TrueAsync("hub connector list names acme", async () =>
        {
            var (_, output) = await Workshop.RunAsync("hub connector list --data \"$WORK/data\"");
            return output.Contains("acme", StringComparison.Ordinal) ? null : output;
        }, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Check_FolderNotNamed_SaysThatTheVendorIsUnknownAndHowToLoadIt() =>
        await AssertSaidAsync("hub check -c \"$WORK/hub.json\" --offline", "'acme' is no vendor that is known here", "--connectors FOLDER");

    [Fact]
    public async Task Check_TwoVendorsOfOneName_NamesBoth()
    {
        Copy("connectors/acme", "twice/one");
        Copy("connectors/acme", "twice/two");

        await AssertSaidAsync(Check("twice"), "two has a connector 'acme', and so has", "twice/one");
    }

    [Fact]
    public async Task Check_DependencyIsMissing_NamesIt()
    {
        // The suite itself: it needs what the hub does not have.
        Directory.CreateDirectory(Workshop.In("lacking", "suite"));
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Hub.Connectors.Testing.dll"), Workshop.In("lacking", "suite", "Suite.dll"));
        await File.WriteAllTextAsync(
            Workshop.In("lacking", "suite", "Suite.deps.json"),
            """{ "runtimeTarget": { "name": ".NETCoreApp,Version=v10.0" }, "targets": { ".NETCoreApp,Version=v10.0": { } }, "libraries": { } }""",
            TestContext.Current.CancellationToken);

        await AssertSaidAsync(Check("lacking"), "neither beside it nor in the hub", "dotnet publish");
    }

    [Fact]
    public async Task Check_BuiltAgainstAnotherVersion_SaysBoth()
    {
        Copy("connectors/acme", "newer/acme");
        Refer(Workshop.In("newer", "acme", "Acme.Connector.dll"), "Hub.Connectors", minor: 2);

        await AssertSaidAsync(Check("newer"), "was built against Hub.Connectors 0.2.0.0, and this hub has 0.1.0.0");
    }

    [Fact]
    public async Task Check_EverybodyMayWrite_IsRefused()
    {
        Copy("connectors/acme", "open/acme");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Workshop.In("open", "acme", "Acme.Connector.dll"), (UnixFileMode)0b110_110_110);
            await AssertSaidAsync(Check("open"), "everybody on this machine may write to", "chmod o-w");
        }
    }

    [Fact]
    public async Task Check_NoConnectorInIt_SaysWhatIsLookedFor()
    {
        Directory.CreateDirectory(Workshop.In("empty", "acme"));

        await AssertSaidAsync(Check("empty"), "holds no connector", "NAME.deps.json");
    }

    private static string Check(string connectors) => $"hub check -c \"$WORK/hub.json\" --offline --connectors \"$WORK/{connectors}\"";

    private async Task AssertSaidAsync(string command, params string[] words)
    {
        Assert.True(page.Said.ExitCode == 0, page.Said.Output);
        var (exitCode, output) = await Workshop.RunAsync(command);

        Assert.Equal(1, exitCode);
        Assert.All(words, word => Assert.Contains(word, output, StringComparison.Ordinal));
    }

    private void Copy(string from, string to)
    {
        Directory.CreateDirectory(Workshop.In(to));
        foreach (var file in Directory.EnumerateFiles(Workshop.In(from)))
        {
            File.Copy(file, Path.Combine(Workshop.In(to), Path.GetFileName(file)));
        }
    }

    /// <summary>Writes another minor version into an assembly's reference: as if it had been built against that one.</summary>
    private static void Refer(string assembly, string reference, ushort minor)
    {
        var bytes = File.ReadAllBytes(assembly);
        using var file = new PEReader(new MemoryStream(bytes));
        var metadata = file.GetMetadataReader();
        var row = metadata.AssemblyReferences.Select(handle => MetadataTokens.GetRowNumber(handle))
            .Single(number => metadata.GetString(metadata.GetAssemblyReference(MetadataTokens.AssemblyReferenceHandle(number)).Name) == reference);
        var place = file.PEHeaders.MetadataStartOffset + metadata.GetTableMetadataOffset(TableIndex.AssemblyRef) + ((row - 1) * metadata.GetTableRowSize(TableIndex.AssemblyRef));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(place + sizeof(ushort)), minor);
        File.WriteAllBytes(assembly, bytes);
    }
}
