using BenchmarkDotNet.Running;
using Hub.Benchmarks.Changes;
using Hub.Benchmarks.Feeds;
using Hub.Benchmarks.Flip;
using Hub.Benchmarks.Gateway;
using Hub.Benchmarks.Guards;
using Hub.Benchmarks.Mirroring;
using Hub.Benchmarks.Orders;
using Hub.Benchmarks.Play;
using Hub.Benchmarks.Processes;
using Hub.Benchmarks.Stock;

return args switch
{
    ["micro", .. var rest] => Micro(rest),
    ["gateway", "peers", .. var rest] => await PeersBenchmark.RunAsync(rest),
    ["gateway", .. var rest] => await GatewayBenchmark.RunAsync(rest),
    ["changes", .. var rest] => await ChangesBenchmark.RunAsync(rest),
    ["flip", .. var rest] => await FlipBenchmark.RunAsync(rest),
    ["guard", .. var rest] => await GuardBenchmark.RunAsync(rest),
    ["mirror", .. var rest] => await MirrorBenchmark.RunAsync(rest),
    ["play", .. var rest] => await PlayBenchmark.RunAsync(rest),
    ["feed", "kafka", .. var rest] => await KafkaFeedBenchmark.RunAsync(rest),
    ["processes", .. var rest] => await ProcessesBenchmark.RunAsync(rest),
    ["orders", .. var rest] => await OrdersBenchmark.RunAsync(rest),
    ["stock", .. var rest] => await StockBenchmark.RunAsync(rest),
    ["serve", .. var rest] => await BenchmarkServers.RunAsync(rest),
    _ => Usage(),
};

static int Micro(string[] arguments)
{
    BenchmarkSwitcher.FromAssembly(typeof(BenchmarkServers).Assembly).Run(arguments);
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine(
        """
        usage: dotnet run -c Release --project tests/Hub.Benchmarks -- VERB
          micro [--filter '*Place*'] [--job short]        BenchmarkDotNet over single methods
          gateway [PAIRS] [SECONDS] [CONNECTIONS]       the gateway beside plain YARP (needs wrk)
          gateway peers [ROUNDS] [SECONDS] [WARM-UP]    the gateway of a whole shop beside no proxy, plain YARP, nginx, haproxy
                                                        at 1, 64 and 256 connections; a table in Markdown (needs wrk)
          changes [copy] [embedded] [kafka] [sink] [lag] [large] [THOUSANDS]
                                                        the change pipeline beside COPY and Debezium's JDBC sink; all parts
                                                        with 500,000 rows (needs the tests' servers)
          flip [FLIPS] [REQUESTS/S] [ROUTES] [PLANES] [SEED]
                                                        flips under load, acknowledged by all planes (two), judged
          guard [TRIALS]                                New begins to fail: how soon its customers are legacy's
          mirror [--pairs N] [--seconds N] [--minutes N]
                                                        mirroring off beside all mirrored to a side that fails (needs wrk);
                                                        with --minutes the memory of a gateway that mirrors, instead
          feed kafka [RECORDS] [ROUNDS]                 a topic that is full, read and decoded (needs HUB_TEST_KAFKA)
          processes [ORDERS] [PACE] [SECONDS]           orders through the store of processes, SQLite and PostgreSQL
                                                        (needs HUB_TEST_POSTGRES): how many a minute, and what it adds at a pace
          orders [PACES] [SECONDS] [AT ONCE]            orders of a marketplace through the whole way, all planes and the town as processes
                                                        (needs HUB_TEST_POSTGRES): what is added before each call at each of the
                                                        paces (500,1000 a minute), how many a minute at once, also beside failures
          stock [CHANGES] [ARTICLES]                    changes of stock, coalesced and told at a vendor's pace, SQLite and
                                                        PostgreSQL (needs HUB_TEST_POSTGRES)
          play [RUNS]                                   hub play: time to the first page, memory
        """);
    return 2;
}
