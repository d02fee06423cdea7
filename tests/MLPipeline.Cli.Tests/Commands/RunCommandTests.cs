using System.Text.Json;
using System.Xml.Linq;
using MLPipeline.Cli.Images;
using MLPipeline.Cli.Tests.Fixtures;
using MLPipeline.Cli.Tests.Reports;

namespace MLPipeline.Cli.Tests.Commands;

public sealed class RunCommandTests(FinishedRun run) : IClassFixture<FinishedRun>
{
    [Fact]
    public void Standard_output_is_one_object_and_progress_is_elsewhere()
    {
        Assert.Single(run.Outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("epoch  2/2", run.Outcome.Error);
    }

    [Fact]
    public void Result_names_model_data_and_counts()
    {
        Assert.Equal("lenet-bn", run.Result.GetProperty("model").GetString());
        Assert.Equal("Fashion-MNIST", run.Result.GetProperty("dataset").GetString());
        Assert.Equal(1000, run.Result.GetProperty("trainCount").GetInt32());
        Assert.Equal(600, run.Result.GetProperty("testCount").GetInt32());
        Assert.True(run.Result.GetProperty("seconds").GetDouble() > 0);
    }

    [Fact]
    public void Engines_agree_on_every_image()
    {
        Assert.True(run.Result.GetProperty("labelsAgree").GetBoolean());
        Assert.InRange(run.Result.GetProperty("maxAbsoluteDifference").GetDouble(), 0, 1e-4);
        var accuracy = run.Result.GetProperty("accuracy");
        var torch = accuracy.GetProperty("torch").GetDouble();
        Assert.Equal(torch, accuracy.GetProperty("onnxRuntime").GetDouble(), 1e-12);
        Assert.Equal(torch, accuracy.GetProperty("mlNet").GetDouble(), 1e-12);
        // Ten classes: what has learnt something beats 1 in 10 by far.
        Assert.InRange(torch, 0.5, 1);
    }

    [Fact]
    public void Batch_norms_are_folded_and_the_accuracy_before_recalibration_is_told()
    {
        Assert.Equal(0, run.Result.GetProperty("batchNormalizationNodes").GetInt32());
        Assert.InRange(run.Result.GetProperty("accuracyBeforeRecalibration").GetDouble(), 0, 1);
    }

    [Fact]
    public async Task Folder_holds_everything_and_nothing_half_written()
    {
        string[] expected = ["best.checkpoint", "last.checkpoint", "learning-curve.png", "lenet-bn.onnx", "metrics.jsonl", "report.html", "result.json"];
        var folder = Path.GetDirectoryName(run.Artifact("report.html"))!;
        Assert.Equal(expected, Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(run.Outcome.LastLine, (await File.ReadAllTextAsync(run.Artifact("result.json"), TestContext.Current.CancellationToken)).Trim());
    }

    [Fact]
    public async Task Report_is_self_contained_and_tells_the_figures()
    {
        var page = await File.ReadAllTextAsync(run.Artifact("report.html"), TestContext.Current.CancellationToken);

        ReportPageTests.AssertSelfContained(page);
        var text = XDocument.Parse(page[page.IndexOf("<html", StringComparison.Ordinal)..]).Root!.Value;
        var accuracy = $"{run.Result.GetProperty("accuracy").GetProperty("torch").GetDouble() * 100:0.00} %";
        Assert.All(["TorchSharp", "ONNX Runtime", "ML.NET", "Ankle boot", "batch 7", accuracy], part => Assert.Contains(part, text));
    }

    [Fact]
    public async Task Inspect_shows_the_file()
    {
        var facts = JsonDocument.Parse((await Shell.RunAsync("inspect", run.Artifact("lenet-bn.onnx"), "--json")).LastLine).RootElement;

        Assert.Equal(17, facts.GetProperty("opset").GetInt32());
        Assert.Equal("float[batch,1,28,28]", facts.GetProperty("inputs")[0].GetProperty("type").GetString());
        Assert.Equal(["logits", "probabilities"], facts.GetProperty("outputs").EnumerateArray().Select(output => output.GetProperty("name").GetString()));
        Assert.Equal(2, facts.GetProperty("operators").GetProperty("Conv").GetInt32());
        Assert.Contains("Ankle boot", facts.GetProperty("metadata").GetProperty("mlpipeline.labels").GetString());
    }

    [Fact]
    public async Task Evaluate_gives_the_figures_of_the_run()
    {
        var outcome = await Shell.RunAsync("evaluate", "--model", run.Artifact("lenet-bn.onnx"), "--sample", "--test-count", "600", "--json");

        var result = JsonDocument.Parse(outcome.LastLine).RootElement;
        Assert.True(result.GetProperty("labelsAgree").GetBoolean());
        var expected = run.Result.GetProperty("accuracy").GetProperty("onnxRuntime").GetDouble();
        Assert.Equal(expected, result.GetProperty("onnxRuntime").GetProperty("accuracy").GetDouble(), 1e-12);
        Assert.Equal(expected, result.GetProperty("mlNet").GetProperty("accuracy").GetDouble(), 1e-12);
    }

    [Fact]
    public async Task Predict_names_one_of_the_classes()
    {
        var picture = run.Artifact("black.png");
        await File.WriteAllBytesAsync(picture, new Picture(new byte[28 * 28], 1, 28, 28).ToPng(), TestContext.Current.CancellationToken);
        var outcome = await Shell.RunAsync("predict", "--model", run.Artifact("lenet-bn.onnx"), picture, "--top", "10", "--json");
        File.Delete(picture);

        var answer = JsonDocument.Parse(outcome.LastLine).RootElement;
        Assert.Equal(1, answer.GetProperty("top").EnumerateArray().Sum(prediction => prediction.GetProperty("probability").GetDouble()), 1e-5);
    }

    [Fact]
    public async Task Export_of_the_checkpoint_obeys_every_wish()
    {
        using var folder = new TempFolder();
        var outcome = await Shell.RunAsync(
            "export", run.Artifact("last.checkpoint"), "--output", folder["plain.onnx"],
            "--opset", "18", "--no-fold", "--no-head", "--no-preprocessing", "--json");

        Assert.Equal(ExitCode.Ok, outcome.ExitCode);
        var facts = JsonDocument.Parse((await Shell.RunAsync("inspect", folder["plain.onnx"], "--json")).LastLine).RootElement;
        Assert.Equal(18, facts.GetProperty("opset").GetInt32());
        Assert.Equal(4, facts.GetProperty("batchNormalizationNodes").GetInt32());
        Assert.Equal(["logits"], facts.GetProperty("outputs").EnumerateArray().Select(output => output.GetProperty("name").GetString()));
        Assert.False(facts.GetProperty("metadata").TryGetProperty("mlpipeline.preprocessing", out _));
    }

    [Fact]
    public async Task Resuming_a_finished_run_with_another_recipe_is_refused()
    {
        using var folder = new TempFolder();
        Shell.AssertFails(
            await Shell.RunAsync(
                "train", "--sample", "--train-count", "1000", "--resume", run.Artifact("last.checkpoint"), "--lr", "0.5", "--output", folder.Path),
            ExitCode.Error, "learning rate", "0.5");
    }
}
