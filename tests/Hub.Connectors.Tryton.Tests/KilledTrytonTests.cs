using System.Text.Json;
using Hub.Commerce;
using Hub.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Tryton.Tests;

/// <summary>kill -9 of Tryton at each step of a booking: afterwards the order stands there once.</summary>
public sealed class KilledTrytonTests : IAsyncLifetime
{
    private static readonly string[] Steps = ["model.party.party.create", "model.sale.sale.create", "model.sale.sale.quote", "model.sale.sale.confirm"];

    private InfraTool? _tool;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _tool = await InfraTool.StartAsync(["tryton"]);

    public async ValueTask DisposeAsync()
    {
        if (_tool is not null)
        {
            await _tool.DisposeAsync();
        }
    }

    [Fact]
    public async Task Book_TrytonKilledAtAnyStep_IsExactlyOneSale()
    {
        Assert.Equal(Steps, await BookAndKillAsync(KillMoment.BeforeTheAnswer, step: 0));
        for (var step = 1; step <= Steps.Length; step++)
        {
            await BookAndKillAsync(KillMoment.BeforeTheAnswer, step);
        }

        // The steps that commit much: which half of it, is the machine's choice.
        await BookAndKillAsync(KillMoment.Meanwhile, step: 2);
        await BookAndKillAsync(KillMoment.Meanwhile, step: 4);
    }

    private async Task<IReadOnlyList<string>> BookAndKillAsync(KillMoment moment, int step)
    {
        var killer = new Killer(_tool!, moment, step);
        await using var bench = new TrytonBench(_tool!.Tryton, change: services => killer.Wrap(services));
        var order = TrytonBench.Order();

        var number = await BookAsync(bench, order);

        Assert.Equal(step > 0, killer.Killed);
        var sale = Assert.Single(await bench.SalesAsync(order.Key));
        Assert.Equal((number.Text, "processing"), (sale.Number, sale.State));
        Assert.Single(await bench.AskAsync(talk => talk.SearchAsync(
            "party.party", [TrytonJson.Where("contact_mechanisms.value", "=", order.Buyer.Email)], ["id"])));
        return killer.Steps;
    }

    /// <summary>As the process does: unknown is looked up, and booked again only when nothing is found. Tryton is started again after a kill.</summary>
    private async Task<SaleNumber> BookAsync(TrytonBench bench, Order order)
    {
        var outcome = await bench.Booking.BookAsync(order, Cancel);
        if (outcome is not CallOutcome<SaleNumber>.Done)
        {
            await _tool!.UpAsync("tryton");
        }

        for (var attempt = 0; attempt < 10; attempt++)
        {
            if (outcome is CallOutcome<SaleNumber>.Done done)
            {
                return done.Value;
            }

            Assert.IsNotType<CallOutcome<SaleNumber>.Refused>(outcome);
            if (outcome is CallOutcome<SaleNumber>.Unknown && await TrytonBench.DoneAsync(bench.Booking.FindAsync(order.Key, Cancel)) is { } found)
            {
                return found;
            }

            outcome = await bench.Booking.BookAsync(order, Cancel);
        }

        throw new InvalidOperationException($"It was not booked: {outcome}");
    }

    private enum KillMoment
    {
        /// <summary>While Tryton carries the step out: it may commit it or not.</summary>
        Meanwhile,

        /// <summary>After the step is committed, before its answer is read.</summary>
        BeforeTheAnswer,
    }

    /// <summary>Stands between connector and Tryton, and kills Tryton at the step asked for; 0: at none.</summary>
    private sealed class Killer(InfraTool tool, KillMoment moment, int step)
    {
        public List<string> Steps { get; } = [];

        public bool Killed { get; private set; }

        public void Wrap(IServiceCollection services)
        {
            var real = services.Single(service => service.ServiceType == typeof(ITrytonApi));
            services.Remove(real);
            services.AddSingleton<ITrytonApi>(provider => new Between(this, (ITrytonApi)real.ImplementationFactory!(provider)));
        }

        private async Task<JsonElement> PostAsync(ITrytonApi real, HttpContent call, CancellationToken cancellationToken)
        {
            var method = JsonDocument.Parse(await call.ReadAsStringAsync(cancellationToken)).RootElement.GetProperty("method").GetString()!;
            if (method.EndsWith(".search_read", StringComparison.Ordinal) || method.EndsWith(".get_preferences", StringComparison.Ordinal))
            {
                return await real.PostAsync(call, cancellationToken);
            }

            Steps.Add(method);
            if (Steps.Count != step)
            {
                return await real.PostAsync(call, cancellationToken);
            }

            Killed = true;
            if (moment == KillMoment.Meanwhile)
            {
                var posted = real.PostAsync(call, cancellationToken);
                await tool.KillAsync("tryton");
                return await posted;
            }

            await real.PostAsync(call, cancellationToken);
            await tool.KillAsync("tryton");
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "Tryton was killed before its answer was read.");
        }

        private sealed class Between(Killer killer, ITrytonApi real) : ITrytonApi
        {
            public Task<JsonElement> PostAsync(HttpContent call, CancellationToken cancellationToken) => killer.PostAsync(real, call, cancellationToken);
        }
    }
}
