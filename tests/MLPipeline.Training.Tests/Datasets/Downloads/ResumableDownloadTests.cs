using System.Security.Cryptography;
using MLPipeline.Training.Datasets;
using MLPipeline.Training.Datasets.Downloads;
using MLPipeline.Training.Tests.Datasets.Fixtures;

namespace MLPipeline.Training.Tests.Datasets.Downloads;

public sealed class ResumableDownloadTests : IDisposable
{
    private const int Size = 200_000;
    private static readonly byte[] Content = Bytes(seed: 1);
    private static readonly byte[] Other = Bytes(seed: 2);
    private static readonly DownloadItem Item = new("a.gz", Size, Convert.ToHexStringLower(SHA256.HashData(Content)));
    private readonly DataFolder _folder = new();
    private readonly Lines _lines = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Fetches_a_file_in_one_request()
    {
        await using var server = LoopbackServer.Script(Answers.File(Content));

        await FetchAsync(server.Address);

        AssertArrived();
        Assert.Equal([new Request("a.gz", null, null)], server.Requests);
    }

    [Fact]
    public async Task Goes_on_where_the_connection_broke()
    {
        await using var server = LoopbackServer.Script(Answers.CutAt(70_000, Content), Answers.CutAt(150_000, Content), Answers.File(Content));

        await FetchAsync(server.Address);

        AssertArrived();
        Assert.Equal([null, 70_000, 150_000], server.Requests.Select(request => request.From));
        Assert.Contains("70,000 of 200,000 bytes; going on from there", _lines.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Goes_on_with_what_an_earlier_run_left()
    {
        _folder.Write("a.gz.partial", Content[..30_000]);
        await using var server = LoopbackServer.Script(Answers.File(Content, "\"v1\""));

        await FetchAsync(server.Address);

        AssertArrived();
        Assert.Equal([new Request("a.gz", 30_000, null)], server.Requests);
    }

    [Fact]
    public async Task Goes_on_at_the_next_mirror_when_one_dies_midway()
    {
        await using var dying = LoopbackServer.Script(Answers.CutAt(70_000, Content), Answers.Status(500));
        await using var good = LoopbackServer.Script(Answers.File(Content));

        await FetchAsync(dying.Address, good.Address);

        AssertArrived();
        Assert.Equal([new Request("a.gz", 70_000, null)], good.Requests);
    }

    [Fact]
    public async Task Takes_the_whole_when_the_server_knows_no_ranges()
    {
        await using var server = LoopbackServer.Script(Answers.CutAt(70_000, Content), Answers.IgnoringRange(Content));

        await FetchAsync(server.Address);

        AssertArrived();
        Assert.Equal([null, 70_000], server.Requests.Select(request => request.From));
    }

    [Fact]
    public async Task Starts_over_when_the_file_changed_between_two_tries()
    {
        await using var server = LoopbackServer.Script(Answers.CutAt(70_000, Other, "\"old\""), Answers.File(Content, "\"new\""));

        await FetchAsync(server.Address);

        AssertArrived();
        Assert.Equal([new("a.gz", null, null), new("a.gz", 70_000, "\"old\"")], server.Requests);
    }

    [Fact]
    public async Task Starts_over_when_the_pieces_do_not_fit_together()
    {
        _folder.Write("a.gz.partial", Other[..30_000]);
        await using var server = LoopbackServer.Script(Answers.File(Content), Answers.File(Content));

        await FetchAsync(server.Address);

        AssertArrived();
        Assert.Equal([30_000, null], server.Requests.Select(request => request.From));
    }

    [Theory]
    [InlineData(Size)]
    [InlineData(Size + 1)]
    public async Task Starts_over_when_an_earlier_run_left_enough_of_something_else(int length)
    {
        _folder.Write("a.gz.partial", new byte[length]);
        await using var server = LoopbackServer.Script(Answers.File(Content));

        await FetchAsync(server.Address);

        AssertArrived();
    }

    [Fact]
    public async Task Never_accepts_other_content()
    {
        await using var corrupt = LoopbackServer.Script(Answers.File(Other), Answers.File(Other));
        await using var good = LoopbackServer.Script(Answers.File(Content));

        await Assert.ThrowsAsync<DownloadException>(() => FetchAsync(corrupt.Address));
        AssertNothingLeft();
        Assert.Contains($"not {Item.Sha256}", _lines.Text, StringComparison.Ordinal);

        await FetchAsync(corrupt.Address, good.Address);
        AssertArrived();
        Assert.Equal(2, corrupt.Requests.Count);
    }

    [Fact]
    public async Task Never_accepts_another_length()
    {
        await using var shorter = LoopbackServer.Script(Answers.File(Content[..^1]));
        await using var longer = LoopbackServer.Script(Answers.WithoutLength([.. Content, 0]));

        await Assert.ThrowsAsync<DownloadException>(() => FetchAsync(shorter.Address, longer.Address));

        AssertNothingLeft();
        Assert.Contains("199,999 bytes, not 200,000", _lines.Text, StringComparison.Ordinal);
        Assert.Contains("more than the 200,000 bytes", _lines.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_range_it_did_not_ask_for()
    {
        _folder.Write("a.gz.partial", Content[..30_000]);
        await using var server = LoopbackServer.Script(Answers.OtherRange(Content, 50_000));

        await Assert.ThrowsAsync<DownloadException>(() => FetchAsync(server.Address));

        Assert.Contains("asked for the bytes from 30,000", _lines.Text, StringComparison.Ordinal);
        Assert.Equal(Content[..30_000], File.ReadAllBytes(_folder.File("a.gz.partial")));
    }

    [Theory]
    [InlineData(404)]
    [InlineData(500)]
    public async Task Leaves_a_mirror_that_answers_with_an_error_and_does_not_ask_it_again(int status)
    {
        await using var bad = LoopbackServer.Always(Answers.Status(status));
        await using var good = LoopbackServer.Always(Answers.File(Content));
        using var download = new ResumableDownload(Options(bad.Address, good.Address), _lines);

        await download.FetchAsync(Item, _folder.Path, TestContext.Current.CancellationToken);
        await download.FetchAsync(Item with { Name = "b.gz" }, _folder.Path, TestContext.Current.CancellationToken);

        AssertArrived();
        Assert.Single(bad.Requests);
        Assert.Contains($"{bad.Address}a.gz: it answered {status}", _lines.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gives_up_a_mirror_that_stalls_and_keeps_what_came()
    {
        await using var silent = LoopbackServer.Script(Answers.SilentFromTheStart);
        await using var stalling = LoopbackServer.Script(Answers.StallAt(70_000, Content)); // asked again, it answers 503
        await using var good = LoopbackServer.Script(Answers.File(Content));

        await FetchAsync(Options(silent.Address, stalling.Address, good.Address) with { StallTimeout = TimeSpan.FromSeconds(3) });

        AssertArrived();
        Assert.Equal([null, 70_000], stalling.Requests.Select(request => request.From));
        Assert.Equal([70_000], good.Requests.Select(request => request.From));
        Assert.Contains("nothing came for 3 s", _lines.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mirror_with_something_else_under_the_name_costs_nothing_that_came()
    {
        File.WriteAllBytes(_folder.File("a.gz.partial"), Content[..30_000]);
        await using var portal = LoopbackServer.Script(Answers.IgnoringRange(new byte[10]));
        await using var good = LoopbackServer.Script(Answers.File(Content));

        await FetchAsync(portal.Address, good.Address);

        AssertArrived();
        Assert.Equal([30_000], good.Requests.Select(request => request.From));
    }

    [Fact]
    public async Task Says_in_one_message_when_nobody_answers()
    {
        var nobody = LoopbackServer.Always(Answers.Status(500));
        var deserted = nobody.Address;
        await nobody.DisposeAsync();

        var error = await Assert.ThrowsAsync<DownloadException>(() => FetchAsync(deserted, new Uri("http://no-such-host.invalid/")));

        Assert.StartsWith("a.gz could not be downloaded: no mirror can be reached (", error.Message, StringComparison.Ordinal);
        Assert.Contains("no-such-host.invalid", error.Message, StringComparison.Ordinal);
        Assert.Empty(_lines);
        AssertNothingLeft();
    }

    [Fact]
    public async Task Cancelling_leaves_what_came_beside_and_no_file()
    {
        await using var server = LoopbackServer.Script(Answers.StallAt(70_000, Content));
        using var cancel = new CancellationTokenSource();
        using var download = new ResumableDownload(Options(server.Address), _lines);

        var fetching = download.FetchAsync(Item, _folder.Path, cancel.Token);
        var partial = new FileInfo(_folder.File("a.gz.partial"));
        while (!fetching.IsCompleted && (!partial.Exists || partial.Length < 70_000))
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
            partial.Refresh();
        }
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetching);
        Assert.False(File.Exists(_folder.File("a.gz")));
        Assert.Equal(Content[..70_000], File.ReadAllBytes(partial.FullName));
    }

    [Fact]
    public async Task Asks_nobody_for_a_file_that_is_there_and_replaces_a_wrong_one()
    {
        await using var server = LoopbackServer.Script(Answers.File(Content));
        _folder.Write("a.gz", Other);

        await FetchAsync(server.Address);
        AssertArrived();
        await FetchAsync(server.Address);

        Assert.Single(server.Requests);
    }

    private static byte[] Bytes(int seed)
    {
        var bytes = new byte[Size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static FashionMnistOptions Options(params Uri[] mirrors) => new() { Mirrors = mirrors, StallTimeout = TimeSpan.FromMinutes(1) };

    private Task FetchAsync(params Uri[] mirrors) => FetchAsync(Options(mirrors));

    private async Task FetchAsync(FashionMnistOptions options)
    {
        using var download = new ResumableDownload(options, _lines);
        await download.FetchAsync(Item, _folder.Path, TestContext.Current.CancellationToken);
    }

    private void AssertArrived()
    {
        Assert.Equal(Content, File.ReadAllBytes(_folder.File("a.gz")));
        Assert.False(File.Exists(_folder.File("a.gz.partial")));
    }

    private void AssertNothingLeft() => Assert.Empty(Directory.EnumerateFiles(_folder.Path));
}
