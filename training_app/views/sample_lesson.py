"""The lesson of the style guide: a drawing and every lab, with invented figures."""

SAMPLE_DRAWING = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 190">
  <defs>
    <marker id="head" viewBox="0 0 10 10" orient="auto" refX="9" refY="5" markerWidth="7" markerHeight="7">
      <path class="no-line fill-ink" d="M0 0L10 5L0 10z"/>
    </marker>
  </defs>
  <rect class="line tint-soft" x="10" y="60" width="150" height="70" rx="8"/>
  <text x="85" y="90" text-anchor="middle">100,000 people</text>
  <text class="soft" x="85" y="112" text-anchor="middle">10 on the list</text>
  <line marker-end="url(#head)" x1="166" y1="95" x2="240" y2="95"/>
  <rect class="accent tint-accent" x="246" y="60" width="140" height="70" rx="8"/>
  <text class="strong" x="316" y="100" text-anchor="middle">109 flagged</text>
  <path marker-end="url(#head)" d="M392 85L468 50"/>
  <path marker-end="url(#head)" d="M392 105L468 140"/>
  <rect class="ok tint-ok" x="474" y="15" width="156" height="60" rx="8"/>
  <text x="552" y="50" text-anchor="middle">9 rightly</text>
  <rect class="bad tint-bad" stroke-dasharray="6 4" x="474" y="115" width="156" height="60" rx="8"/>
  <text x="552" y="150" text-anchor="middle">100 wrongly</text>
</svg>
"""

SAMPLE_LESSON = '''\
![Of 100,000 people 10 are on the list; of 109 flagged, 9 are flagged rightly](figure:search "One search")

```base-rate
title = "How many of the flagged are wrong?"
intro = "A face search at a station. Move one dial at a time and watch what happens to the alerts."
people = 100000
wanted = 10
true_positive_rate = "9/10"
false_positive_rate = "1/1000"
```

```bias-threshold
title = "Where would you set the line?"
intro = "Each sign is one person, scored by the tool. Move the line and watch who is wrongly flagged."
threshold = 63

[[groups]]
name = "Group A"
wanted = [46, 56, 63, 64, 64, 69, 70, 72, 73, 74, 78, 80, 81, 72]
others = [11, 12, 21, 21, 23, 24, 25, 25, 26, 27, 27, 29, 32, 32, 36, 37, 37, 38, 39, 40, 40, 40, 41, 49, 49, 55]

[[groups]]
name = "Group B"
wanted = [42, 49, 49, 57, 57, 64, 67, 69, 71, 73, 73, 78, 84, 67]
others = [19, 26, 27, 33, 35, 36, 37, 39, 42, 44, 45, 46, 54, 54, 55, 57, 57, 60, 60, 61, 65, 65, 66, 69, 71, 71]
```

```spot-the-bias
title = "Which of these tools is biased?"
intro = "Three tools were tested on the same two groups. One of them treats the groups differently where it hurts."
groups = ["Group A", "Group B"]
biased = "Tool 2"
measure = "false-positive-rate"
why = """
Tool 2 flags about as many people in both groups, so the selection rates look fair. But of the people who should not be
flagged it flags one in ten in group A and one in five in group B."""

[[tools]]
name = "Tool 1"
first = { hits = 160, missed = 40, wrong = 80, left_alone = 720 }
second = { hits = 78, missed = 22, wrong = 99, left_alone = 801 }

[[tools]]
name = "Tool 2"
first = { hits = 160, missed = 40, wrong = 80, left_alone = 720 }
second = { hits = 70, missed = 30, wrong = 180, left_alone = 720 }

[[tools]]
name = "Tool 3"
first = { hits = 150, missed = 50, wrong = 88, left_alone = 712 }
second = { hits = 73, missed = 27, wrong = 108, left_alone = 792 }
```

```feedback-loop
title = "Twelve months of patrols"
intro = "Two districts in which the same happens. The record begins a little higher in one of them."
districts = ["Harbour", "Hill"]
offences = [100, 100]
record = [60, 50]
reported_percent = 10
method = "hot-spot"
```

```review-a-match
title = "Five hits before breakfast"
intro = "The plate reader suggests five matches. For each, say what you would do. Some suggestions are planted."

[[hits]]
score = 97
seen = { plate = "KLM 4831", body = "van", paint = "white" }
listed = { plate = "KLM 4831", body = "van", paint = "white" }

[[hits]]
score = 98
seen = { plate = "RTB 8067", body = "car", paint = "blue" }
listed = { plate = "RTB 8061", body = "car", paint = "blue" }

[[hits]]
score = 91
seen = { plate = "XAS 2?94", body = "car", paint = "grey" }
listed = { plate = "XAS 2594", body = "car", paint = "grey" }

[[hits]]
score = 88
seen = { plate = "PEO 7310", body = "car", paint = "red" }
listed = { plate = "PEO 7310", body = "car", paint = "red" }

[[hits]]
score = 99
seen = { plate = "DVN 5526", body = "car", paint = "red" }
listed = { plate = "DVN 5526", body = "truck", paint = "grey" }
```
'''
